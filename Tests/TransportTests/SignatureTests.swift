import Foundation
import Testing
@testable import Transport

/// A case of AWS's public test suite for Signature Version 4: what is asked, and the signature it must have.
struct SuiteCase: Sendable, CustomTestStringConvertible {
  var name: String
  var method = "GET"
  var target = "/"
  var headers: [[String]] = []
  var body = ""
  var signature: String

  var testDescription: String { name }

  static let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
  static let posted = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
  static let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  static let token =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUu"
    + "wthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQ"
    + "cHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR"
    + "/oLxBA=="

  static let all = [
    SuiteCase(name: "get-vanilla", signature: vanilla),
    SuiteCase(
      name: "get-header-key-duplicate",
      headers: [["My-Header1", "value2"], ["My-Header1", "value2"], ["My-Header1", "value1"]],
      signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    SuiteCase(
      name: "get-header-value-multiline", headers: [["My-Header1", "value1\n  value2\n     value3"]],
      signature: "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"),
    SuiteCase(
      name: "get-header-value-order",
      headers: [
        ["My-Header1", "value4"], ["My-Header1", "value1"], ["My-Header1", "value3"], ["My-Header1", "value2"],
      ],
      signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
    SuiteCase(
      name: "get-header-value-trim", headers: [["My-Header1", " value1"], ["My-Header2", " \"a   b   c\""]],
      signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    SuiteCase(
      name: "get-unreserved", target: "/" + unreserved,
      signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
    SuiteCase(
      name: "get-utf8", target: "/ሴ", signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    SuiteCase(
      name: "get-vanilla-empty-query-key", target: "/?Param1=value1",
      signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
    SuiteCase(
      name: "get-vanilla-query-order-encoded", target: "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
      signature: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
    SuiteCase(
      name: "get-vanilla-query-order-key-case", target: "/?Param2=value2&Param1=value1",
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    SuiteCase(
      name: "get-vanilla-query-order-key", target: "/?Param1=value2&Param1=Value1",
      signature: "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"),
    SuiteCase(
      name: "get-vanilla-query-order-value", target: "/?Param1=value2&Param1=value1",
      signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
    SuiteCase(
      name: "get-vanilla-query-unreserved", target: "/?\(unreserved)=\(unreserved)",
      signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
    SuiteCase(
      name: "get-vanilla-utf8-query", target: "/?ሴ=bar",
      signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    SuiteCase(name: "get-relative-relative", target: "/example1/example2/../..", signature: vanilla),
    SuiteCase(name: "get-relative", target: "/example/..", signature: vanilla),
    SuiteCase(name: "get-slash-dot-slash", target: "/./", signature: vanilla),
    SuiteCase(
      name: "get-slash-pointless-dot", target: "/./example",
      signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
    SuiteCase(name: "get-slash", target: "//", signature: vanilla),
    SuiteCase(
      name: "get-slashes", target: "//example//",
      signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    SuiteCase(
      name: "get-space", target: "/example space/",
      signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    SuiteCase(
      name: "get-special-character", target: "/example/$delete",
      signature: "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"),
    SuiteCase(name: "post-vanilla", method: "POST", signature: posted),
    SuiteCase(
      name: "post-header-key-sort", method: "POST", headers: [["My-Header1", "value1"]],
      signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
    SuiteCase(
      name: "post-header-value-case", method: "POST", headers: [["My-Header1", "VALUE1"]],
      signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
    SuiteCase(
      name: "post-sts-header-before", method: "POST", headers: [["X-Amz-Security-Token", token]],
      signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
    SuiteCase(
      name: "post-vanilla-query", method: "POST", target: "/?Param1=value1",
      signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    SuiteCase(
      name: "post-x-www-form-urlencoded-parameters", method: "POST",
      headers: [["Content-Type", "application/x-www-form-urlencoded; charset=utf8"]], body: "Param1=value1",
      signature: "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"),
    SuiteCase(
      name: "post-x-www-form-urlencoded", method: "POST",
      headers: [["Content-Type", "application/x-www-form-urlencoded"]], body: "Param1=value1",
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
  ]
}

/// A request signed by botocore 1.43, drawn at random.
struct SignedCase: Decodable, Sendable, CustomTestStringConvertible {
  var method: String
  var target: String
  var headers: [String: String]
  var token: String
  var body: String
  var seconds: Int64
  var time: String
  var access: String
  var secret: String
  var region: String
  var service: String
  var authorization: String

  var testDescription: String { "\(method) \(target)" }

  var bytes: [UInt8] {
    stride(from: 0, to: body.count, by: 2).compactMap { UInt8(body.dropFirst($0).prefix(2), radix: 16) }
  }

  static let all: [SignedCase] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/signatures.jsonl")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(SignedCase.self, from: Data($0.utf8)) }
  }()
}

@Suite("AWS Signature Version 4")
struct SignatureTests {
  @Test("Requests of AWS's own test suite get the signatures they must have", arguments: SuiteCase.all)
  func suite(_ expected: SuiteCase) {
    let signature = SignatureVersion4(
      credentials: AWSCredentials(accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      region: "us-east-1", service: "service")
    let time = "20150830T123600Z"
    let headers =
      [(name: "Host", value: "example.amazonaws.com"), (name: "X-Amz-Date", value: time)]
      + expected.headers.map { (name: $0[0], value: $0[1]) }
    let subject = SignatureVersion4.Subject(
      method: expected.method, target: expected.target, headers: headers,
      bodyHash: SignatureVersion4.bodyHash(Array(expected.body.utf8)))
    let value = signature.authorization(for: subject, time: time)
    #expect(
      value.hasSuffix(", Signature=\(expected.signature)"), "\(SignatureVersion4.canonicalRequest(subject))")
    #expect(value.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, Signed"))
  }

  @Test("Random requests get the same header as from botocore", arguments: SignedCase.all)
  func botocore(_ expected: SignedCase) {
    let signature = SignatureVersion4(
      credentials: AWSCredentials(accessKey: expected.access, secretKey: expected.secret), region: expected.region,
      service: expected.service)
    #expect(AWSTime.text(expected.seconds) == expected.time)
    var headers = expected.headers.map { (name: $0.key, value: $0.value) } + [("X-Amz-Date", expected.time)]
    if !expected.token.isEmpty { headers.append(("X-Amz-Security-Token", expected.token)) }
    let subject = SignatureVersion4.Subject(
      method: expected.method, target: expected.target, headers: headers,
      bodyHash: SignatureVersion4.bodyHash(expected.bytes))
    #expect(
      signature.authorization(for: subject, time: expected.time) == expected.authorization,
      "\(SignatureVersion4.canonicalRequest(subject))")
  }

  @Test("The fixture is there and complete")
  func fixture() { #expect(SignedCase.all.count == 40) }

  @Test(
    "A time is read as it is written",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2015-08-30T12:36:00Z", 1_440_938_160), ("2024-02-29T23:59:59Z", 1_709_251_199),
      ("2000-03-01T00:00:00.123Z", 951_868_800), ("2026-13-01T00:00:00Z", nil), ("tomorrow", nil), ("", nil),
      ("2026-01-01T00:00:00", nil), ("99999-01-01T00:00:00Z", nil),
    ] as [(String, Int64?)])
  func time(text: String, seconds: Int64?) {
    #expect(AWSTime.seconds(in: text) == seconds)
    if let seconds { #expect(AWSTime.text(seconds).hasPrefix(text.prefix(10).filter { $0 != "-" })) }
  }
}
