/// An absolute URL of the plainest kind, taken apart in one pass over its bytes: `http` or `https`, a name or an IPv4
/// address, perhaps a port, and a path and query without a byte that could mean something else somewhere.
///
/// Nearly all URLs are of this kind, and every request has one. What is not (user info, percent signs, IPv6, letters
/// beyond ASCII) is left to a library that knows the whole grammar.
struct PlainURL: Equatable {
  var scheme: String
  var host: String
  var port: Int?
  /// Path and query; begins with `/`.
  var target: String

  /// nil where the library has to look.
  ///
  /// - Complexity: O(length).
  init?(_ text: String) {
    let bytes = text.utf8
    if text.hasPrefix("http://") {
      scheme = "http"
    } else if text.hasPrefix("https://") {
      scheme = "https"
    } else {
      return nil
    }
    let hostStart = bytes.index(bytes.startIndex, offsetBy: scheme.utf8.count + 3)
    var index = hostStart
    while index < bytes.endIndex, Self.isOfHost(bytes[index]) { bytes.formIndex(after: &index) }
    guard index > hostStart else { return nil }
    host = String(text[hostStart..<index])
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: ":") {
      var number = 0
      var digitCount = 0
      bytes.formIndex(after: &index)
      while index < bytes.endIndex, (0x30...0x39).contains(bytes[index]), digitCount < 6 {
        number = number * 10 + Int(bytes[index] - 0x30)
        digitCount += 1
        bytes.formIndex(after: &index)
      }
      guard digitCount > 0, (1...65_535).contains(number) else { return nil }
      port = number
    }
    let rest = bytes[index...]
    guard rest.first.map({ $0 == UInt8(ascii: "/") }) ?? true, Self.isPlain(rest) else { return nil }
    target = rest.isEmpty ? "/" : String(text[index...])
  }

  /// A path, perhaps with one query.
  private static func isPlain(_ rest: Substring.UTF8View) -> Bool {
    var hasQuery = false
    for byte in rest {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: "~"): continue
      case UInt8(ascii: "?") where !hasQuery: hasQuery = true
      default: if !isOfHost(byte) { return false }
      }
    }
    return true
  }

  private static func isOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}
