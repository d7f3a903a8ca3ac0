/// What an endpoint is called on disk: letters, digits, `-` and `_` as they are, every other byte as `%XX`.
enum EndpointName {
  static let fileNameBytesMax = 200
  private static let suffix = ".ledger"
  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  static func fileName(_ endpoint: String) -> String? { encoded(endpoint).map { $0 + suffix } }

  /// Nil if the name is empty, or longer encoded than `fileNameBytesMax`.
  static func encoded(_ endpoint: String) -> String? {
    var encoded: [UInt8] = []
    for byte in endpoint.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        encoded.append(byte)
      default:
        encoded += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
      if encoded.count > fileNameBytesMax { return nil }
    }
    return encoded.isEmpty ? nil : String(decoding: encoded, as: UTF8.self)
  }

  /// The endpoint of a file name, or nil if `fileName` would not have made it.
  static func endpoint(ofFile name: String) -> String? {
    name.hasSuffix(suffix) ? decoded(String(name.dropLast(suffix.count))) : nil
  }

  /// The endpoint of an encoded name, or nil if `encoded` would not have made it.
  static func decoded(_ name: String) -> String? {
    var decoded: [UInt8] = []
    var rest = name.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(), let highDigit = hexDigits.firstIndex(of: high),
        let lowDigit = hexDigits.firstIndex(of: low)
      else { return nil }
      decoded.append(UInt8(highDigit << 4 | lowDigit))
    }
    let endpoint = String(decoding: decoded, as: UTF8.self)
    return encoded(endpoint) == name ? endpoint : nil
  }
}
