import Foundation
import Settings
import Testing
@testable import Transport

@Suite struct CredentialTests {
  @Test(
    "Credentials become one Authorization header",
    arguments: [
      (HTTPClientSettings.Credentials.basic(username: .inline("u"), password: .inline("p:w")), "Basic dTpwOnc="),
      (.basic(username: .inline("u"), password: nil), "Basic dTo="),
      (.basic(username: nil, password: nil), "Basic Og=="),
      (.authorization(type: "Bearer", credentials: nil), "Bearer"),
      (.authorization(type: "Bearer", credentials: .inline("abc")), "Bearer abc"),
      (.authorization(type: "Token", credentials: .inline("x y")), "Token x y"),
    ])
  func header(credentials: HTTPClientSettings.Credentials, expected: String) async throws {
    try await withServer({ _ in .send(answer()) }) { server, transport in
      var settings = HTTPClientSettings()
      settings.credentials = credentials
      _ = try await transport.get(server.url, settings: settings, headers: [("authorization", "forged")])
      #expect(server.received.first?.header("Authorization") == expected)
      #expect(server.received.first?.head.contains("forged") == false)
    }
  }

  @Test("User info in a URL is basic authentication, unless the settings name credentials")
  func userInfo() async throws {
    try await withServer({ _ in .send(answer()) }) { server, transport in
      let url = "http://me:s%40crt@127.0.0.1:\(server.port)/x"
      _ = try await transport.get(url)
      #expect(server.received.last?.header("Authorization") == "Basic " + Data("me:s@crt".utf8).base64EncodedString())
      #expect(server.received.last?.header("Host") == "127.0.0.1:\(server.port)")
      var settings = HTTPClientSettings()
      settings.credentials = .authorization(type: "Bearer", credentials: .inline("t"))
      _ = try await transport.get(url, settings: settings)
      #expect(server.received.last?.header("Authorization") == "Bearer t")
    }
  }

  @Test("A secret file is read again for each request, without its final newline")
  func rotatedSecret() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("first\n", to: "token")
    var settings = HTTPClientSettings()
    settings.credentials = .authorization(type: "Bearer", credentials: .file(path))
    let fixed = settings
    try await withServer({ _ in .send(answer()) }) { server, transport in
      _ = try await transport.get(server.url, settings: fixed)
      #expect(server.received.last?.header("Authorization") == "Bearer first")
      _ = try directory.write("second\r\n", to: "token")
      _ = try await transport.get(server.url, settings: fixed)
      #expect(server.received.last?.header("Authorization") == "Bearer second")
    }
  }

  @Test("The user's name may be in a file, and is read again as the password is; an empty file is an empty word")
  func userNameFile() async throws {
    let directory = try TemporaryDirectory()
    var settings = HTTPClientSettings()
    settings.credentials = .basic(
      username: .file(try directory.write(" first \n", to: "user")),
      password: .file(try directory.write("", to: "word")))
    let fixed = settings
    try await withServer({ _ in .send(answer()) }) { server, transport in
      _ = try await transport.get(server.url, settings: fixed)
      #expect(server.received.last?.header("Authorization") == "Basic " + Data("first:".utf8).base64EncodedString())
      _ = try directory.write("second", to: "user")
      _ = try directory.write("w\n", to: "word")
      _ = try await transport.get(server.url, settings: fixed)
      #expect(server.received.last?.header("Authorization") == "Basic " + Data("second:w".utf8).base64EncodedString())
    }
  }

  @Test(
    "A control character within a file is refused for each kind of credentials",
    arguments: ["a\r\nX: y", "a\nb", "a\u{0}b", "a\u{7f}", "a\tb"])
  func controlCharacters(text: String) async throws {
    let directory = try TemporaryDirectory()
    let file = Secret.file(try directory.write(text, to: "secret"))
    let all: [HTTPClientSettings.Credentials] = [
      .basic(username: file, password: nil), .basic(username: nil, password: file),
      .authorization(type: "Bearer", credentials: file),
      .oauth2(OAuth2Settings(clientID: "a", tokenURL: "http://t/", grant: .clientCredentials(secret: file))),
    ]
    try await withServer({ _ in .send(answer()) }) { server, transport in
      for credentials in all {
        var settings = HTTPClientSettings()
        settings.credentials = credentials
        let error = await transport.errorOfGet(server.url, settings: settings)
        #expect(error?.code == .credentials && error?.place == directory.path + "/secret")
      }
      #expect(server.received.isEmpty)
    }
  }

  @Test("A missing secret file is an error that names the file; nothing is sent")
  func missingSecret() async throws {
    try await withServer({ _ in .send(answer()) }) { server, transport in
      var settings = HTTPClientSettings()
      settings.credentials = .basic(username: .inline("u"), password: .file("/nonexistent/password"))
      let error = try #require(await transport.errorOfGet(server.url, settings: settings))
      #expect(error.code == .credentials)
      #expect(error.place == "/nonexistent/password")
      #expect(error.message.contains("No such file"))
      #expect(server.received.isEmpty)
    }
  }

  @Test("A secret of several lines cannot smuggle in a header, and is not quoted")
  func severalLines() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("hunter2\r\nX-Admin: 1\n", to: "token")
    try await withServer({ _ in .send(answer()) }) { server, transport in
      var settings = HTTPClientSettings()
      settings.credentials = .authorization(type: "Bearer", credentials: .file(path))
      let error = try #require(await transport.errorOfGet(server.url, settings: settings))
      #expect(error.code == .credentials)
      #expect(!error.description.contains("hunter2"))
      settings.credentials = .authorization(type: "Bearer", credentials: .inline("hunter2\r\nX-Admin: 1"))
      let inline = try #require(await transport.errorOfGet(server.url, settings: settings))
      #expect(inline.code == .invalidHeader)
      #expect(!inline.description.contains("hunter2"))
      #expect(server.received.isEmpty)
    }
  }
}

@Suite struct RedirectTests {
  private func bearer(follow: Bool = true) -> HTTPClientSettings {
    var settings = HTTPClientSettings()
    settings.credentials = .authorization(type: "Bearer", credentials: .inline("t"))
    settings.followRedirects = follow
    return settings
  }

  @Test("Within a server, a redirect is followed with credentials", arguments: [301, 302, 303, 307, 308])
  func sameHost(status: Int) async throws {
    try await withServer({
      $0.head.contains("/old") ? .send(answer(status, ["Location: /new?x=1"])) : .send(answer(body: "here"))
    }) { server, transport in
      let response = try await transport.get(server.url + "/old", settings: self.bearer())
      #expect(response.body == Array("here".utf8))
      #expect(server.received.last?.head.hasPrefix("GET /new?x=1 ") == true)
      #expect(server.received.last?.header("Authorization") == "Bearer t")
    }
  }

  @Test("To another server, credentials do not go along; user info in the Location is not used")
  func otherServer() async throws {
    try await withServer({ _ in .send(answer(body: "elsewhere")) }) { target, _ in
      let port = target.port
      try await withServer({ _ in .send(answer(302, ["Location: http://evil:pw@localhost:\(port)/"])) }) {
        source, transport in
        let response = try await transport.fetch(
          HTTPRequest(url: source.url, headers: [("Cookie", "c"), ("X-Scope-OrgID", "1")]), settings: self.bearer(),
          timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
        #expect(response.body == Array("elsewhere".utf8))
        #expect(source.received.first?.header("Authorization") == "Bearer t")
        let request = try #require(target.received.first)
        #expect(request.header("Authorization") == nil)
        #expect(request.header("Cookie") == nil)
        #expect(request.header("X-Scope-OrgID") == nil, "whatever the configuration added may be a key")
      }
    }
  }

  @Test("Redirects off: the answer is returned as it is")
  func notFollowed() async throws {
    try await withServer({ _ in .send(answer(302, ["Location: /new"])) }) { server, transport in
      let response = try await transport.get(server.url, settings: self.bearer(follow: false))
      #expect(response.status == 302)
      #expect(response.header("location") == "/new")
      #expect(server.received.count == 1)
    }
  }

  @Test("The page that comes with a redirect counts for nothing", arguments: [11, 3_000_000])
  func redirectPage(count: Int) async throws {
    let page = String(repeating: "x", count: count)
    try await withServer({
      $0.head.contains("/old") ? .send(answer(302, ["Location: /new"], body: page)) : .send(answer(body: "here"))
    }) { server, transport in
      let response = try await transport.get(server.url + "/old", bodyBytesMax: 10)
      #expect(response.body == Array("here".utf8))
      #expect(!response.isTruncated)
    }
  }

  @Test("A circle ends after ten redirects")
  func circle() async throws {
    try await withServer({ _ in .send(answer(307, ["Location: /again"])) }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .redirect)
      #expect(server.received.count == HTTPTransport.redirectsMax + 1)
    }
  }

  @Test(
    "A redirect to what is no web address is not followed", arguments: ["file:///etc/passwd", "unix:///x", "ftp://h/"])
  func strangeTarget(location: String) async throws {
    try await withServer({ _ in .send(answer(302, ["Location: \(location)"])) }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .redirect)
    }
  }

  @Test("307 and 308 repeat the body, 301 to 303 turn into a GET without one", arguments: [301, 302, 303, 307, 308])
  func postRedirect(status: Int) async throws {
    try await withServer({ $0.head.contains("/old") ? .send(answer(status, ["Location: /new"])) : .send(answer()) }) {
      server, transport in
      _ = try await transport.fetch(
        HTTPRequest(url: server.url + "/old", headers: [("Content-Encoding", "snappy")], bytes: [1, 2, 3]),
        settings: HTTPClientSettings(), timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
      let request = try #require(server.received.last)
      #expect(request.head.hasPrefix(status <= 303 ? "GET /new" : "POST /new"))
      #expect(request.body == (status <= 303 ? [] : [1, 2, 3]))
      #expect(request.header("Content-Encoding") == (status <= 303 ? nil : "snappy"))
    }
  }
}
