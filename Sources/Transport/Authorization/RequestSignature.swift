import NIOCore

/// The headers that a signed request has more than an unsigned one.
struct RequestSignature: Sendable {
  var signature: SignatureVersion4
  /// Seconds since 1970.
  var time: Int64

  init(_ signature: SignatureVersion4, time: Int64) {
    self.signature = signature
    self.time = time
  }

  /// What says what the body is. Other headers are not signed, since proxies on the way may change them.
  private static func isSigned(_ name: String) -> Bool {
    ["content-type", "content-encoding", "x-prometheus-remote-write-version"].contains(name.lowercased())
  }

  /// `headers` and those of the signature: `Host`, `X-Amz-Date`, `X-Amz-Security-Token`, `Authorization`.
  func headers(
    method: String, address: RequestAddress, headers: [(name: String, value: String)],
    body: some Collection<UInt8>
  ) -> [(name: String, value: String)] {
    let stamp = AWSTime.text(time)
    var added = [(name: "Host", value: address.hostHeader), (name: "X-Amz-Date", value: stamp)]
    if let token = signature.credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
    var signed = headers.filter { Self.isSigned($0.name) } + added
    if !body.isEmpty { signed.append(("Content-Length", "\(body.count)")) }
    let subject = SignatureVersion4.Subject(
      method: method, target: address.target, headers: signed, bodyHash: SignatureVersion4.bodyHash(body))
    let replaced: Set<String> = ["host", "x-amz-date", "x-amz-security-token", "authorization"]
    return headers.filter { !replaced.contains($0.name.lowercased()) } + added
      + [("Authorization", signature.authorization(for: subject, time: stamp))]
  }
}
