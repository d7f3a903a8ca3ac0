import Crypto

/// AWS Signature Version 4 over the headers of a request.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
struct SignatureVersion4: Sendable {
  static let algorithm = "AWS4-HMAC-SHA256"

  var credentials: AWSCredentials
  var region: String
  var service: String

  /// What is signed of a request.
  struct Subject {
    var method: String
    /// As sent, percent-encoded: begins with `/`, perhaps with a query behind a `?`.
    var target: String
    /// Those to be signed, in any order and letters; `Host` must be among them.
    var headers: [(name: String, value: String)]
    /// In hexadecimal digits; see ``bodyHash(_:)``.
    var bodyHash: String
  }

  /// The value of `Authorization`.
  ///
  /// - Parameter time: ``AWSTime``; the value of `X-Amz-Date`, which must be among the headers.
  func authorization(for subject: Subject, time: String) -> String {
    let date = String(time.prefix(8))
    let scope = "\(date)/\(region)/\(service)/aws4_request"
    let canonical = Self.canonicalRequest(subject)
    let statement = [Self.algorithm, time, scope, Self.hex(SHA256.hash(data: Array(canonical.utf8)))]
      .joined(separator: "\n")
    var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey)".utf8))
    for part in [date, region, service, "aws4_request"] { key = SymmetricKey(data: Self.code(part, key)) }
    return "\(Self.algorithm) Credential=\(credentials.accessKey)/\(scope), "
      + "SignedHeaders=\(Self.signedNames(subject)), Signature=\(Self.hex(Self.code(statement, key)))"
  }

  static func bodyHash(_ body: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    // The buffer is read within the call and no longer, so no copy of the body is needed.
    if body.withContiguousStorageIfAvailable({ unsafe hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
      hash.update(data: Array(body))
    }
    return hex(hash.finalize())
  }

  /// The one form that both sides make of a request.
  static func canonicalRequest(_ subject: Subject) -> String {
    let parts = subject.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let headers = grouped(subject).map { "\($0.name):\($0.value)\n" }.joined()
    return [
      subject.method, canonicalPath(String(parts[0])), canonicalQuery(parts.count > 1 ? parts[1] : ""), headers,
      signedNames(subject), subject.bodyHash,
    ].joined(separator: "\n")
  }

  /// Without empty and dot segments, and encoded once more than it is sent, as every service but S3 demands.
  private static func canonicalPath(_ path: String) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
    }
    let clean = "/" + segments.joined(separator: "/") + (path.hasSuffix("/") && !segments.isEmpty ? "/" : "")
    return PercentEncoding.encoded(clean.utf8, keeping: "/")
  }

  /// Names and values decoded, encoded again in the one way, and put in order by their bytes.
  private static func canonicalQuery(_ query: Substring) -> String {
    func encoded(_ text: Substring) -> String {
      PercentEncoding.encoded(PercentEncoding.decoded(text.utf8) ?? Array(text.utf8))
    }
    return query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (encoded(parts[0]), encoded(parts.count > 1 ? parts[1] : ""))
    }
    .sorted { $0 < $1 }
    .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// By name in lower case, in order; the values of one name joined by commas, in the order given, spaces squeezed.
  private static func grouped(_ subject: Subject) -> [(name: String, value: String)] {
    var values: [String: [String]] = [:]
    for header in subject.headers {
      let words = header.value.split { $0 == " " || $0 == "\t" || $0.isNewline }
      values[header.name.lowercased(), default: []].append(words.joined(separator: " "))
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }

  private static func signedNames(_ subject: Subject) -> String {
    Set(subject.headers.map { $0.name.lowercased() }).sorted().joined(separator: ";")
  }

  private static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
