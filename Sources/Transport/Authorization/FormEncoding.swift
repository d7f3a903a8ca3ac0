/// `application/x-www-form-urlencoded`, written and read as Go's net/url does.
enum FormEncoding {
  /// Letters, digits and `-_.~` stay, a space becomes `+`, any other byte `%XX`.
  static func escaped(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case 0x20: bytes.append(UInt8(ascii: "+"))
      case _ where PercentEncoding.isUnreserved(byte): bytes.append(byte)
      default: PercentEncoding.append(byte, to: &bytes)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `name=value` pairs joined by `&`, in the order of their names.
  static func text(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key < $1.key }.map { "\(escaped($0.key))=\(escaped($0.value))" }.joined(separator: "&")
  }

  /// The first value of each name; nil where an escape is broken.
  static func parameters(in text: String) -> [String: String]? {
    var parameters: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = unescaped(parts[0]), let value = unescaped(parts.count > 1 ? parts[1] : "") else { return nil }
      if parameters[name] == nil { parameters[name] = value }
    }
    return parameters
  }

  private static func unescaped(_ text: Substring) -> String? {
    PercentEncoding.decoded(text.utf8.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 })
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

/// `%XX` (RFC 3986, section 2).
enum PercentEncoding {
  static func isUnreserved(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
      || "-_.~".utf8.contains(byte)
  }

  static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// Every byte that is not unreserved, and not in `kept`, as `%XX`.
  static func encoded(_ text: some Sequence<UInt8>, keeping kept: String = "") -> String {
    var bytes: [UInt8] = []
    for byte in text {
      if isUnreserved(byte) || kept.utf8.contains(byte) { bytes.append(byte) } else { append(byte, to: &bytes) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// nil where a `%` is not followed by two digits.
  static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text[...]
    while let byte = rest.first {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        rest = rest.dropFirst()
        continue
      }
      let digits = rest.dropFirst().prefix(2).map { Character(Unicode.Scalar($0)).hexDigitValue }
      guard digits.count == 2, let high = digits[0], let low = digits[1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
      rest = rest.dropFirst(3)
    }
    return bytes
  }
}
