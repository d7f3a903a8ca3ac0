/// How a scraped page is written.
public enum ExpositionFormat: Sendable, Hashable, CaseIterable {
  /// Prometheus text, versions 0.0.4 and 1.0.0.
  case prometheusText
  /// OpenMetrics text, versions 0.0.1 and 1.0.
  case openMetrics

  /// The format that an HTTP `Content-Type` names; nil when the header is empty, malformed or names another format.
  ///
  /// Letter case does not matter and parameters (`version`, `charset`, `escaping`) are checked for their form only:
  /// both formats are read by one grammar in all their versions.
  public init?(contentType: String) {
    let bytes = Array(contentType.utf8)
    guard let mediaType = MediaType(bytes) else { return nil }
    switch mediaType.name {
    case "text/plain": self = .prometheusText
    case "application/openmetrics-text": self = .openMetrics
    default: return nil
    }
  }
}

/// A media type with well-formed parameters (RFC 9110, section 8.3.1).
struct MediaType {
  /// Lower-case `type/subtype`.
  let name: String

  init?(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
    let trimmed = Self.trimmed(bytes[..<end])
    let parts = trimmed.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isTokenByte) }) else { return nil }
    guard Self.hasWellFormedParameters(bytes[end...]) else { return nil }
    name = String(decoding: trimmed, as: UTF8.self).lowercased()
  }

  /// Whether `rest` is a sequence of `; name=value`, no name twice with different values. A last lone semicolon passes.
  private static func hasWellFormedParameters(_ rest: ArraySlice<UInt8>) -> Bool {
    var rest = trimmed(rest)
    var values: [String: ArraySlice<UInt8>] = [:]
    while let first = rest.first {
      guard first == UInt8(ascii: ";") else { return false }
      rest = trimmed(rest.dropFirst())
      if rest.isEmpty { return true }
      let nameBytes = rest.prefix(while: isTokenByte)
      rest = trimmed(rest.dropFirst(nameBytes.count))
      guard !nameBytes.isEmpty, rest.first == UInt8(ascii: "=") else { return false }
      rest = trimmed(rest.dropFirst())
      guard let value = parameterValue(rest) else { return false }
      rest = trimmed(rest[value.endIndex...])
      let name = String(decoding: nameBytes, as: UTF8.self).lowercased()
      if let earlier = values.updateValue(value, forKey: name), earlier != value { return false }
    }
    return true
  }

  /// The token or quoted string that `rest` begins with, quotes included.
  private static func parameterValue(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.first == UInt8(ascii: "\"") else {
      let token = rest.prefix(while: isTokenByte)
      return token.isEmpty ? nil : token
    }
    var index = rest.startIndex + 1
    while index < rest.endIndex {
      switch rest[index] {
      case UInt8(ascii: "\""): return rest[...index]
      case UInt8(ascii: "\\"): index += 2
      case UInt8(ascii: "\r"), UInt8(ascii: "\n"): return nil
      default: index += 1
      }
    }
    return nil
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return bytes[bytes.endIndex...] }
    return bytes[first...last]
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
