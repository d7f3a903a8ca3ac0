import Foundation
import Settings
import Synchronization
import Testing
@testable import Transport

@Suite("Signed requests")
struct SignedRequestTests {
  private static let variables = ["AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"]

  private func settings(_ change: (inout SigV4Settings) -> Void = { _ in }) -> HTTPClientSettings {
    var sigV4 = SigV4Settings()
    sigV4.region = "eu-west-1"
    sigV4.keys = .init(accessKey: "AKID", secretKey: .inline("hunter2"))
    change(&sigV4)
    var settings = HTTPClientSettings()
    settings.credentials = .sigV4(sigV4)
    return settings
  }

  private func write(_ url: String, body: [UInt8] = [1, 2, 3]) -> HTTPRequest {
    HTTPRequest(
      url: url,
      headers: [("X-Scope-OrgID", "1"), ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy")],
      bytes: body)
  }

  private func send(
    _ request: HTTPRequest, _ settings: HTTPClientSettings, _ transport: HTTPTransport
  ) async throws(TransportError) -> HTTPResponse {
    try await transport.fetch(
      request, settings: settings, timeout: generousTimeout, bodyBytesMax: 1 << 10, bodyOverflow: .truncate)
  }

  /// Whether a request as received has the signature that its own headers and body demand.
  private func isSigned(
    _ request: ScriptedServer.Received, by credentials: AWSCredentials, region: String = "eu-west-1",
    service: String = "aps"
  ) -> Bool {
    guard let value = request.header("Authorization"), let time = request.header("X-Amz-Date"),
      let list = value.firstMatch(of: /SignedHeaders=([^,]*),/)
    else { return false }
    let line = request.head.split(separator: " ")
    let headers = list.1.split(separator: ";").map { (name: String($0), value: request.header(String($0)) ?? "") }
    let subject = SignatureVersion4.Subject(
      method: String(line[0]), target: String(line[1]), headers: headers,
      bodyHash: SignatureVersion4.bodyHash(request.body))
    let signature = SignatureVersion4(credentials: credentials, region: region, service: service)
    return signature.authorization(for: subject, time: time) == value
  }

  @Test("What arrives has the signature of what arrives, body included, and each attempt is signed anew")
  func signed() async throws {
    let clock = StandingClock(1_440_938_160)
    try await withServers(giver: { _ in .close }, { _ in clock.surroundings(Self.variables) }) { _, target, transport in
      let url = target.url + "/workspaces/ws-1/api/v1/remote_write?a=%20b"
      _ = try await self.send(self.write(url), self.settings(), transport)
      clock.advance(60)
      _ = try await self.send(self.write(url), self.settings(), transport)
      #expect(target.received.map { $0.header("X-Amz-Date") } == ["20150830T123600Z", "20150830T123700Z"])
      for request in target.received {
        #expect(self.isSigned(request, by: AWSCredentials(accessKey: "AKID", secretKey: "hunter2")), "\(request.head)")
        let names = "content-encoding;content-length;content-type;host;x-amz-date"
        #expect(request.header("Authorization")?.contains("SignedHeaders=\(names),") == true, "\(request.head)")
        #expect(request.body == [1, 2, 3] && request.header("X-Scope-OrgID") == "1")
        #expect(!request.head.contains("hunter2"))
      }
    }
  }

  @Test("A redirect within the server is signed anew; another server gets no signature and no token")
  func redirects() async throws {
    let variables = Self.variables.merging([
      "AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "tok",
    ]) { $1 }
    let credentials = AWSCredentials(accessKey: "E", secretKey: "s", sessionToken: "tok")
    try await withServer({ _ in .send(answer()) }) { other, _ in
      let away = "Location: http://localhost:\(other.port)/"
      try await withServers(
        giver: { _ in .close },
        target: { $0.head.contains("/old") ? .send(answer(308, ["Location: /new"])) : .send(answer(307, [away])) },
        { _ in StandingClock().surroundings(variables) }
      ) { _, target, transport in
        _ = try await self.send(self.write(target.url + "/old"), self.settings { $0.keys = nil }, transport)
        #expect(target.received.count == 2)
        for request in target.received {
          #expect(self.isSigned(request, by: credentials), "\(request.head)")
          #expect(request.header("X-Amz-Security-Token") == "tok")
        }
        let stranger = try #require(other.received.first)
        #expect(stranger.header("Authorization") == nil && stranger.header("X-Amz-Security-Token") == nil)
      }
    }
  }

  private static func role(_ access: String, _ end: String) -> ScriptedServer.Answer {
    .send(
      answer(
        body: "<R><AccessKeyId>\(access)</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
          + "<SessionToken>t</SessionToken><Expiration>\(end)</Expiration></R>"))
  }

  @Test("A role is taken on with a signed request, kept, and taken on again before it ends")
  func role() async throws {
    let clock = StandingClock(1_440_938_160)
    try await withServers(
      giver: { _ in Self.role("ROLE", "2015-08-30T12:51:00Z") },
      { giver in clock.surroundings(Self.variables.merging(["AWS_ENDPOINT_URL_STS": giver.url]) { $1 }) }
    ) { giver, target, transport in
      let settings = self.settings {
        $0.roleARN = "arn:aws:iam::1:role/x"
        $0.externalID = "e"
      }
      for _ in 0..<2 { _ = try await self.send(self.write(target.url), settings, transport) }
      let asked = try #require(giver.received.first)
      #expect(giver.received.count == 1)
      #expect(
        self.isSigned(asked, by: AWSCredentials(accessKey: "AKID", secretKey: "hunter2"), service: "sts"),
        "\(asked.head)")
      #expect(
        FormEncoding.parameters(in: String(decoding: asked.body, as: UTF8.self)) == [
          "Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/x", "ExternalId": "e",
          "RoleSessionName": "godwit-1440938160", "DurationSeconds": "900",
        ])
      let credentials = AWSCredentials(accessKey: "ROLE", secretKey: "s", sessionToken: "t")
      for request in target.received { #expect(self.isSigned(request, by: credentials), "\(request.head)") }
      clock.advance(871)
      _ = try await self.send(self.write(target.url), settings, transport)
      #expect(giver.received.count == 2)
    }
  }

  @Test("A web identity is shown unsigned, and a refusal does not quote it")
  func webIdentity() async throws {
    let directory = try TemporaryDirectory()
    let token = try directory.write("eyJ.hunter2\n", to: "token")
    try await withServers(
      giver: { request in
        let form = FormEncoding.parameters(in: String(decoding: request.body, as: UTF8.self)) ?? [:]
        guard form["RoleArn"] == "arn:good" else {
          let words = "denied \(form["WebIdentityToken"] ?? "")"
          return .send(answer(403, body: "<E><Code>AccessDenied</Code><Message>\(words)</Message></E>"))
        }
        return request.header("Authorization") == nil ? Self.role("WEB", "2100-01-01T00:00:00Z") : .send(answer(400))
      },
      { giver in
        StandingClock().surroundings(
          Self.variables.merging([
            "AWS_ENDPOINT_URL": giver.url, "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:good",
          ]) { $1 })
      }
    ) { _, target, transport in
      _ = try await self.send(self.write(target.url), self.settings { $0.keys = nil }, transport)
      let credentials = AWSCredentials(accessKey: "WEB", secretKey: "s", sessionToken: "t")
      let request = try #require(target.received.first)
      #expect(self.isSigned(request, by: credentials), "\(request.head)")
    }
    try await withServers(
      giver: { request in
        .send(
          answer(
            403,
            body: "<E><Code>AccessDenied</Code><Message>\(String(decoding: request.body, as: UTF8.self))</Message></E>")
        )
      },
      { giver in
        StandingClock().surroundings(
          Self.variables.merging([
            "AWS_ENDPOINT_URL": giver.url, "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:bad",
          ]) { $1 })
      }
    ) { giver, target, transport in
      let error = await transport.errorOfGet(target.url, settings: self.settings { $0.keys = nil })
      #expect(error?.code == .credentials && error?.place == giver.url)
      #expect(error?.message.contains("status 403: AccessDenied") == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("hunter2") == false && target.received.isEmpty)
    }
  }

  @Test("The role of a machine is asked for with a session, and that of a container with its token")
  func neighbours() async throws {
    let credentials = #"{"AccessKeyId":"M","SecretAccessKey":"s","Token":"t","Expiration":"2100-01-01T00:00:00Z"}"#
    let script: ScriptedServer.Script = { request in
      if request.head.hasPrefix("PUT /latest/api/token ") { return .send(answer(body: "session")) }
      if request.head.hasPrefix("GET /container ") {
        return .send(request.header("Authorization") == "ct" ? answer(body: credentials) : answer(401))
      }
      guard request.header("X-aws-ec2-metadata-token") == "session" else { return .send(answer(401)) }
      let folder = "GET /latest/meta-data/iam/security-credentials/"
      if request.head.hasPrefix(folder + " ") { return .send(answer(body: "role-a\nrole-b")) }
      return .send(request.head.hasPrefix(folder + "role-a ") ? answer(body: credentials) : answer(404))
    }
    for isContainer in [false, true] {
      try await withServers(
        giver: script,
        { giver in
          var variables = Self.variables
          variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = giver.url + "/"
          if isContainer {
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = giver.url + "/container"
            variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "ct"
          }
          return StandingClock().surroundings(variables)
        }
      ) { giver, target, transport in
        for _ in 0..<2 { _ = try await self.send(self.write(target.url), self.settings { $0.keys = nil }, transport) }
        let request = try #require(target.received.last)
        #expect(self.isSigned(request, by: AWSCredentials(accessKey: "M", secretKey: "s", sessionToken: "t")))
        #expect(giver.received.count == (isContainer ? 1 : 3))
      }
    }
  }

  @Test("Where nobody has credentials, the error lists who was asked")
  func nobody() async throws {
    try await withServers(
      giver: { _ in .send(answer(404)) },
      { giver in
        StandingClock().surroundings(
          Self.variables.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": giver.url]) { $1 })
      }
    ) { giver, target, transport in
      let error = await transport.errorOfGet(target.url, settings: self.settings { $0.keys = nil })
      #expect(error?.code == .credentials)
      for word in ["section", "AWS_ACCESS_KEY_ID", "shared files", "container", giver.url, "404"] {
        #expect(error?.message.contains(word) == true, "\(error?.description ?? "")")
      }
      #expect(target.received.isEmpty)
    }
  }
}
