import Foundation
import Settings
import Testing
@testable import Transport

@Suite("Tokens as values")
struct TokenTests {
  @Test(
    "A form is written as Go writes it",
    arguments: [
      (["a": "b"], "a=b"), (["b": "1", "a": "2"], "a=2&b=1"), (["s": "a b+c"], "s=a+b%2Bc"),
      (["x": "-_.~*/ä"], "x=-_.~%2A%2F%C3%A4"), (["&=": ""], "%26%3D="), ([:], ""),
    ])
  func form(parameters: [String: String], text: String) {
    #expect(FormEncoding.text(parameters) == text)
    #expect(FormEncoding.parameters(in: text) == parameters)
  }

  @Test("A broken escape makes no form", arguments: ["a=%", "a=%2", "a=%zz", "%=b", "a=%+1"])
  func brokenForm(text: String) { #expect(FormEncoding.parameters(in: text) == nil) }

  private func reading(_ status: Int, _ body: String, type: String = "application/json") -> TokenAnswer {
    TokenAnswer(
      HTTPResponse(status: status, headers: [("content-type", type)], body: Array(body.utf8)), now: 1_000)
  }

  @Test(
    "A token is read with its type and its end",
    arguments: [
      (#"{"access_token":"t","expires_in":60}"#, "Bearer t", 1_060),
      (#"{"access_token":"t","expires_in":"60","token_type":"bearer"}"#, "Bearer t", 1_060),
      (#"{"access_token":"t","expires_in":60.9,"token_type":"MAC"}"#, "MAC t", 1_060),
      (#"{"access_token":"t","token_type":"DPoP"}"#, "DPoP t", nil),
      (#"{"access_token":"t","expires_in":null}"#, "Bearer t", nil),
      (#"{"access_token":"t","expires_in":0}"#, "Bearer t", nil),
      (#"{"access_token":"t","expires_in":-5}"#, "Bearer t", 999),
      (#"{"access_token":"t","expires_in":1e300}"#, "Bearer t", 1_000 + Int64(Int32.max)),
      (#"{"access_token":"t","expires_in":[1]}"#, "Bearer t", nil),
    ] as [(String, String, Int64?)])
  func json(body: String, header: String, expiry: Int64?) throws {
    guard case .token(let token) = reading(200, body) else {
      Issue.record("\(reading(200, body))")
      return
    }
    #expect(token.value.headerValue == header)
    #expect(token.expiry == expiry)
  }

  @Test("A token may come as a form", arguments: ["application/x-www-form-urlencoded", "text/plain; charset=utf-8"])
  func formAnswer(type: String) {
    let token = AccessToken(type: "Bearer", token: "a/b")
    #expect(
      reading(200, "access_token=a%2Fb&expires_in=30&token_type=bearer", type: type)
        == .token(Expiring(value: token, expiry: 1_030)))
    #expect(
      reading(200, "error=no&error_description=a+b", type: type) == .refused(code: "no", description: "a b"))
  }

  @Test(
    "A refusal is one whatever its status, and its form does not matter",
    arguments: [
      (400, #"{"error":"invalid_client","error_description":"who?"}"#, "invalid_client", "who?"),
      (200, #"{"error":"invalid_scope","access_token":"t"}"#, "invalid_scope", ""),
      (500, "<html>", "", ""), (401, "", "", ""), (400, #"{"error":7}"#, "", ""), (302, "", "", ""),
    ])
  func refusal(status: Int, body: String, code: String, description: String) {
    #expect(reading(status, body) == .refused(code: code, description: description))
  }

  @Test(
    "What could not be put into a header, or is no token, is not used",
    arguments: [
      "", "[]", "{}", "null", #"{"access_token":""}"#, #"{"access_token":"a\r\nX: y"}"#, #"{"access_token":"a b"}"#,
      #"{"access_token":"ä"}"#, #"{"access_token":7}"#, #"{"access_token":"t","token_type":"a\nb"}"#,
      String(repeating: "[", count: 100_000),
    ])
  func unusable(body: String) {
    guard case .unusable = reading(200, body) else {
      Issue.record("\(reading(200, body))")
      return
    }
  }

  @Test("The client's id and secret go into the header, escaped, or into the form")
  func requests() {
    var settings = OAuth2Settings(clientID: "me:1", tokenURL: "http://t/", grant: .clientCredentials(secret: nil))
    settings.scopes = ["a", "b"]
    settings.endpointParameters = ["resource": "x y"]
    let inHeader = TokenRequest(settings, secret: "p&w", authentication: .header)
    #expect(inHeader.body == "grant_type=client_credentials&resource=x+y&scope=a+b")
    #expect(inHeader.basic?.user == "me%3A1" && inHeader.basic?.password == "p%26w")
    let inForm = TokenRequest(settings, secret: "p&w", authentication: .form)
    #expect(
      inForm.body
        == "client_id=me%3A1&client_secret=p%26w&grant_type=client_credentials&resource=x+y&scope=a+b")
    #expect(inForm.basic == nil)
    settings.endpointParameters = ["grant_type": "password", "client_id": "other"]
    #expect(TokenRequest(settings, secret: "", authentication: .header).parameters["grant_type"] == "password")
    #expect(TokenRequest(settings, secret: "", authentication: .form).body.hasPrefix("client_id=me%3A1&grant_type"))
  }

  @Test("What a server says is shown in bounds, on one line, and without our secrets")
  func quoting() {
    #expect(QuotedWords.of("no hunter2 here, hunter", hiding: ["hunter", "hunter2"]) == "no <secret> here, <secret>")
    #expect(QuotedWords.of("a\r\nb\u{1b}[31m\u{2028}c", hiding: [""]) == "a  b [31m c")
    #expect(QuotedWords.of(String(repeating: "x", count: 10_000), hiding: []).count == QuotedWords.countMax + 1)
  }

  @Test("Neither settings, nor keys, nor tokens describe their secrets")
  func descriptions() {
    var settings = OAuth2Settings(
      clientID: "id", tokenURL: "http://u:hunter2@t/?token=hunter2",
      grant: .clientCredentials(secret: .inline("hunter2")))
    settings.endpointParameters = ["password": "hunter2"]
    let key = OAuth2Tokens.Key(settings: settings, secret: "hunter2")
    let token = AccessToken(type: "Bearer", token: "hunter2")
    let credentials = AWSCredentials(accessKey: "a", secretKey: "hunter2", sessionToken: "hunter2")
    for text in [
      "\(settings)", "\(key)", "\(token)", "\(credentials)", "\(HTTPClientSettings.Credentials.oauth2(settings))",
    ] {
      #expect(!text.contains("hunter2"))
    }
  }
}

@Suite("Signed assertions")
struct AssertionTests {
  private func settings() -> (OAuth2Settings, AssertionSettings) {
    let assertion = AssertionSettings(key: nil)
    var settings = OAuth2Settings(clientID: "me", tokenURL: "http://t/token", grant: .assertion(assertion))
    settings.scopes = ["a", "b"]
    return (settings, assertion)
  }

  @Test("The claims are the reference's, in the order of their names")
  func claims() {
    var (settings, assertion) = settings()
    func text() -> String { JSONText.of(SignedAssertion.claims(settings, assertion, now: 1_000, id: "i")) }
    #expect(
      text()
        == #"{"aud":"http://t/token","exp":1600,"iat":1000,"iss":"me","jti":"i","scope":"a b","sub":"me"}"#)
    settings.scopes = []
    assertion.issuer = "you"
    assertion.audience = "\"all\"\n"
    assertion.claims = [
      "sub": .text("other"), "n": .list([.integer(1), .number(0.5), .bool(true), .null]),
      "o": .object(["x": .text("ä")]),
    ]
    #expect(
      text()
        == #"{"aud":"\"all\"\u000a","exp":1600,"iat":1000,"iss":"you","jti":"i","n":[1,0.5,true,null],"o":{"x":"ä"},"#
        + #""sub":"other"}"#)
  }

  @Test("OpenSSL accepts the signature", arguments: AssertionSettings.Algorithm.allCases)
  func signature(algorithm: AssertionSettings.Algorithm) throws {
    let directory = try TemporaryDirectory()
    _ = try run("/usr/bin/openssl", ["genrsa", "-out", "key.pem", "2048"], in: directory.path)
    _ = try run("/usr/bin/openssl", ["rsa", "-in", "key.pem", "-pubout", "-out", "public.pem"], in: directory.path)
    let key = try String(contentsOfFile: directory.path + "/key.pem", encoding: .utf8)
    var (settings, assertion) = settings()
    assertion.algorithm = algorithm
    assertion.keyID = "k1"
    settings.grant = .assertion(assertion)
    let text = try SignedAssertion.text(
      claims: SignedAssertion.claims(settings, assertion, now: 1, id: "i"), assertion, key: key, place: "p")
    let parts = text.split(separator: ".")
    try #require(parts.count == 3)
    #expect(
      String(decoding: try bytes(parts[0]), as: UTF8.self)
        == #"{"alg":"\#(algorithm.rawValue)","kid":"k1","typ":"JWT"}"#)
    try Data("\(parts[0]).\(parts[1])".utf8).write(to: URL(fileURLWithPath: directory.path + "/signed"))
    try bytes(parts[2]).write(to: URL(fileURLWithPath: directory.path + "/signature"))
    let hash = "-sha" + algorithm.rawValue.dropFirst(2)
    let arguments = ["dgst", hash, "-verify", "public.pem", "-signature", "signature", "signed"]
    let verdict = try run("/usr/bin/openssl", arguments, in: directory.path)
    #expect(String(decoding: verdict, as: UTF8.self).contains("Verified OK"))
  }

  @Test(
    "What is no key, or a weak one, is an error that shows nothing of it",
    arguments: ["", "hunter2", "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----"])
  func noKey(key: String) throws {
    let (_, assertion) = settings()
    let error = #expect(throws: TransportError.self) {
      try SignedAssertion.text(claims: .object([:]), assertion, key: key, place: "/etc/key.pem")
    }
    #expect(error?.code == .credentials && error?.place == "/etc/key.pem")
    #expect(error?.description.contains("hunter2") == false)
  }

  private func bytes(_ text: Substring) throws -> Data {
    let padded = text.replacing("-", with: "+").replacing("_", with: "/")
    return try #require(Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)))
  }
}
