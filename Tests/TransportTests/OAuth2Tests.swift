import Foundation
import Settings
import Synchronization
import Testing
@testable import Transport

/// A clock that stands until it is moved.
final class StandingClock: Sendable {
  private let seconds: Atomic<Int64>

  init(_ seconds: Int64 = 1_000_000) { self.seconds = Atomic(seconds) }

  func advance(_ by: Int64) { seconds.add(by, ordering: .relaxed) }

  func surroundings(_ variables: [String: String] = [:]) -> Surroundings {
    Surroundings(now: { self.seconds.load(ordering: .relaxed) }, variable: { variables[$0] })
  }
}

/// Runs `body` with two servers, one that gives out credentials and one that wants them.
func withServers(
  giver: @escaping ScriptedServer.Script, target: @escaping ScriptedServer.Script = { _ in .send(answer()) },
  _ surroundings: (ScriptedServer) -> Surroundings = { _ in StandingClock().surroundings() },
  _ body: (_ giver: ScriptedServer, _ target: ScriptedServer, HTTPTransport) async throws -> Void
) async throws {
  let givingServer = try await ScriptedServer(script: giver)
  let targetServer = try await ScriptedServer(script: target)
  let transport = HTTPTransport(surroundings(givingServer))
  do {
    try await body(givingServer, targetServer, transport)
  } catch {
    transport.shutdown()
    try await givingServer.stop()
    try await targetServer.stop()
    throw error
  }
  transport.shutdown()
  try await givingServer.stop()
  try await targetServer.stop()
}

@Suite("OAuth2")
struct OAuth2Tests {
  private func client(
    _ server: ScriptedServer, secret: Secret? = .inline("s&t"), path: String = "/token"
  ) -> HTTPClientSettings {
    var settings = HTTPClientSettings()
    settings.credentials = .oauth2(
      OAuth2Settings(clientID: "me", tokenURL: server.url + path, grant: .clientCredentials(secret: secret)))
    return settings
  }

  private static func token(_ token: String, seconds: Int = 3_600) -> ScriptedServer.Answer {
    .send(
      answer(200, ["Content-Type: application/json"], body: #"{"access_token":"\#(token)","expires_in":\#(seconds)}"#))
  }

  @Test("A token is fetched once, sent with each request, and fetched again before it expires")
  func life() async throws {
    let count = Counter()
    let clock = StandingClock()
    try await withServers(
      giver: { _ in Self.token("t\(count.next())", seconds: 60) },
      { _ in clock.surroundings() }
    ) { giver, target, transport in
      let settings = self.client(giver)
      for _ in 0..<3 { _ = try await transport.get(target.url, settings: settings, headers: [("User-Agent", "G/1")]) }
      #expect(target.received.map { $0.header("Authorization") } == Array(repeating: "Bearer t1", count: 3))
      let request = try #require(giver.received.first)
      #expect(giver.received.count == 1)
      #expect(request.head.hasPrefix("POST /token "))
      #expect(request.header("Authorization") == "Basic " + Data("me:s%26t".utf8).base64EncodedString())
      #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
      #expect(request.header("User-Agent") == "G/1")
      #expect(String(decoding: request.body, as: UTF8.self) == "grant_type=client_credentials")
      clock.advance(50)
      _ = try await transport.get(target.url, settings: settings)
      #expect(giver.received.count == 1)
      clock.advance(1)
      _ = try await transport.get(target.url, settings: settings)
      #expect(target.received.last?.header("Authorization") == "Bearer t2")
    }
  }

  @Test("An endpoint that wants id and secret in the form is found out once")
  func formStyle() async throws {
    let clock = StandingClock()
    try await withServers(
      giver: { request in
        String(decoding: request.body, as: UTF8.self).contains("client_secret=s%26t")
          ? Self.token("t", seconds: 1) : .send(answer(401, body: #"{"error":"invalid_client"}"#))
      }, { _ in clock.surroundings() }
    ) { giver, target, transport in
      for _ in 0..<3 { _ = try await transport.get(target.url, settings: self.client(giver)) }
      #expect(target.received.count == 3)
      #expect(giver.received.map { $0.header("Authorization") != nil } == [true, false, false, false])
    }
  }

  @Test("What the endpoint says is quoted, without the secret; nothing is sent")
  func refusal() async throws {
    try await withServers(giver: { request in
      let form = String(decoding: request.body, as: UTF8.self)
      let echo = "\(request.header("Authorization") ?? "") \(form) s&t"
      return .send(answer(400, body: #"{"error":"invalid_scope","error_description":"\#(echo)"}"#))
    }) { giver, target, transport in
      let error = try #require(await transport.errorOfGet(target.url, settings: self.client(giver)))
      #expect(error.code == .credentials)
      #expect(error.place == giver.url)
      #expect(error.message.contains("status 400: invalid_scope"), "\(error)")
      for secret in ["s&t", "s%26t", Data("me:s%26t".utf8).base64EncodedString()] {
        #expect(!error.description.contains(secret), "\(error)")
      }
      #expect(target.received.isEmpty)
      #expect(giver.received.count == 2)
    }
  }

  @Test(
    "An endpoint that fails in another way is an error about the token",
    arguments: [
      (ScriptedServer.Answer.close, TransportError.Code.connection), (.sendAndClose("nonsense\r\n\r\n"), .notHTTP),
      (.send(answer(302, ["Location: /elsewhere"])), .credentials), (.send(answer(200, body: "<html>")), .credentials),
      (.send(answer(200, body: String(repeating: "x", count: TokenAnswer.bytesMax + 1))), .bodyTooLarge),
    ])
  func failure(script: ScriptedServer.Answer, code: TransportError.Code) async throws {
    try await withServers(giver: { _ in script }) { giver, target, transport in
      let error = try #require(await transport.errorOfGet(target.url, settings: self.client(giver)))
      #expect(error.code == code, "\(error)")
      #expect(error.message.contains("token"), "\(error)")
      #expect(error.place == giver.url && target.received.isEmpty)
    }
  }

  @Test("A silent endpoint costs no more than the request's own timeout")
  func silence() async throws {
    try await withServers(giver: { _ in .silence }) { giver, target, transport in
      let error = try #require(
        await transport.errorOfGet(target.url, settings: self.client(giver), timeout: .milliseconds(50)))
      #expect(error.code == .timedOut && error.place == giver.url)
      #expect(target.received.isEmpty)
    }
  }

  @Test("A revoked token is replaced at once, and the request sent again; after that a 401 is a 401")
  func revoked() async throws {
    let count = Counter()
    try await withServers(
      giver: { _ in Self.token("t\(count.next())") },
      target: { $0.header("Authorization") == "Bearer t2" ? .send(answer()) : .send(answer(401)) }
    ) { giver, target, transport in
      let settings = self.client(giver)
      let request = HTTPRequest(url: target.url, bytes: [1, 2, 3])
      let response = try await transport.fetch(
        request, settings: settings, timeout: generousTimeout, bodyBytesMax: 10, bodyOverflow: .fail)
      #expect(response.status == 200)
      #expect(target.received.map(\.body) == [[1, 2, 3], [1, 2, 3]])
    }
    try await withServers(
      giver: { _ in Self.token("t\(count.next())") }, target: { _ in .send(answer(401)) }
    ) { giver, target, transport in
      for _ in 0..<5 {
        let response = try await transport.get(target.url, settings: self.client(giver))
        #expect(response.status == 401)
      }
      #expect(giver.received.count == 2)
      #expect(target.received.count == 6)
    }
  }

  @Test("A rotated secret makes a new token; other settings have their own")
  func rotation() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("first\n", to: "secret")
    try await withServers(giver: { request in
      let text = request.header("Authorization").map { $0.dropFirst(6) } ?? ""
      return Self.token(
        Data(base64Encoded: String(text)).map { String(decoding: $0, as: UTF8.self).dropFirst(3) }.map { String($0) }
          ?? "")
    }) { giver, target, transport in
      let settings = self.client(giver, secret: .file(path))
      _ = try await transport.get(target.url, settings: settings)
      _ = try directory.write("second\n", to: "secret")
      _ = try await transport.get(target.url, settings: settings)
      _ = try await transport.get(target.url, settings: self.client(giver, secret: .inline("third"), path: "/other"))
      #expect(
        target.received.map { $0.header("Authorization") } == ["Bearer first", "Bearer second", "Bearer third"])
      _ = try directory.write("a\nb", to: "secret")
      #expect(await transport.errorOfGet(target.url, settings: settings)?.place == path)
    }
  }

  @Test("A token does not go along to another server")
  func redirect() async throws {
    try await withServer({ _ in .send(answer(body: "elsewhere")) }) { other, _ in
      let location = "Location: http://localhost:\(other.port)/"
      try await withServers(giver: { _ in Self.token("t") }, target: { _ in .send(answer(302, [location])) }) {
        giver, target, transport in
        _ = try await transport.get(target.url, settings: self.client(giver))
        #expect(target.received.last?.header("Authorization") == "Bearer t")
        #expect(other.received.count == 1 && other.received.last?.header("Authorization") == nil)
      }
    }
  }

  @Test("What asks for a token does not go along to where a redirect leads", arguments: [302, 307, 308])
  func tokenRedirect(status: Int) async throws {
    try await withServer({ _ in .send(answer(body: "elsewhere")) }) { other, _ in
      let location = "Location: http://localhost:\(other.port)/"
      try await withServers(giver: { _ in .send(answer(status, [location])) }) { giver, target, transport in
        let error = try #require(await transport.errorOfGet(target.url, settings: self.client(giver)))
        #expect(error.code == .credentials && error.message.contains("\(status)"), "\(error)")
        #expect(other.received.isEmpty && target.received.isEmpty)
      }
    }
  }

  @Test("An assertion is sent instead of a secret, and never quoted")
  func assertion() async throws {
    let directory = try TemporaryDirectory()
    _ = try run("/usr/bin/openssl", ["genrsa", "-out", "key.pem", "2048"], in: directory.path)
    try await withServers(giver: { request in
      let form = FormEncoding.parameters(in: String(decoding: request.body, as: UTF8.self)) ?? [:]
      guard form["grant_type"] == OAuth2Settings.assertionGrantType, form["scope"] == "a", form["x"] == "y",
        let assertion = form["assertion"], request.header("Authorization") == nil
      else { return .send(answer(400)) }
      return request.head.contains("/refuse")
        ? .send(answer(400, body: #"{"error":"bad","error_description":"\#(assertion)"}"#)) : Self.token("t")
    }) { giver, target, transport in
      var oauth2 = OAuth2Settings(
        clientID: "me", tokenURL: giver.url,
        grant: .assertion(AssertionSettings(key: .file(directory.path + "/key.pem"))))
      oauth2.scopes = ["a"]
      oauth2.endpointParameters = ["x": "y"]
      var settings = HTTPClientSettings()
      settings.credentials = .oauth2(oauth2)
      _ = try await transport.get(target.url, settings: settings)
      #expect(target.received.last?.header("Authorization") == "Bearer t")
      oauth2.tokenURL += "/refuse"
      settings.credentials = .oauth2(oauth2)
      let error = try #require(await transport.errorOfGet(target.url, settings: settings))
      #expect(error.message.contains("bad: <secret>"), "\(error)")
      oauth2.grant = .assertion(AssertionSettings(key: .file(directory.path + "/none.pem")))
      settings.credentials = .oauth2(oauth2)
      #expect(await transport.errorOfGet(target.url, settings: settings)?.place == directory.path + "/none.pem")
    }
  }
}
