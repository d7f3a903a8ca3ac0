/// How a name that older consumers cannot take is rewritten: the four schemes that scrapers and endpoints negotiate.
///
///     NameEscaping.underscores.escape("http.requests")      // "http_requests"
///     NameEscaping.dots.escape("http.requests")             // "http_dot_requests"
///     NameEscaping.values.escape("http.requests")           // "U__http_2e_requests"
///     NameEscaping.values.unescape("U__http_2e_requests")   // "http.requests"
///
/// The raw value is the word in headers and configurations.
public enum NameEscaping: String, Sendable, CaseIterable {
  /// Names stay as they are.
  case allowUTF8 = "allow-utf-8"
  /// Whatever is not allowed becomes `_`; different names may become one.
  case underscores
  /// `.` becomes `_dot_`, `_` becomes `__`, whatever else is not allowed `__`. Names that were allowed change too.
  case dots
  /// Names that are allowed stay; others begin with `U__`, and what is not allowed becomes its code point in
  /// hexadecimal between underscores. Nothing is lost.
  case values

  /// `name` as this scheme writes it; an empty name stays empty.
  ///
  /// - Parameters:
  ///   - name: UTF-8. What is not UTF-8 counts as U+FFFD.
  ///   - kind: colons are allowed in names of metrics and escaped in names of labels.
  /// - Returns: a name that ``NameKind/allows(_:)``, unless the scheme is ``allowUTF8``.
  /// - Complexity: linear; a name that stays is copied once.
  public func escape(_ name: ArraySlice<UInt8>, of kind: NameKind = .metric) -> [UInt8] {
    switch self {
    case .allowUTF8: return Array(name)
    case .underscores, .values:
      if kind.allows(name) { return Array(name) }
    case .dots: break
    }
    var escaped: [UInt8] = []
    escaped.reserveCapacity(name.count * 2)
    if self == .values && !name.isEmpty { escaped.append(contentsOf: Self.valuesPrefix) }
    for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
      let isFirst = escaped.isEmpty || (self == .values && escaped.count == Self.valuesPrefix.count)
      append(scalar, isAllowed: kind.allows(scalar, first: isFirst), to: &escaped)
    }
    return escaped
  }

  /// What `name` was before this scheme escaped it. Only ``values`` can always say; ``dots`` knows dots and
  /// underscores; the others change nothing. A name that is not well escaped is returned as it is.
  public func unescape(_ name: ArraySlice<UInt8>) -> [UInt8] {
    switch self {
    case .allowUTF8, .underscores: Array(name)
    case .dots: Self.undotted(name)
    case .values: Self.decodedValues(name) ?? Array(name)
    }
  }

  /// As ``escape(_:of:)-(ArraySlice<UInt8>,_)``, for text.
  public func escape(_ name: String, of kind: NameKind = .metric) -> String {
    String(decoding: escape(ArraySlice(name.utf8), of: kind), as: UTF8.self)
  }

  /// As ``unescape(_:)-(ArraySlice<UInt8>)``, for text.
  public func unescape(_ name: String) -> String {
    String(decoding: unescape(ArraySlice(name.utf8)), as: UTF8.self)
  }

  // MARK: - Parts

  private static let valuesPrefix = Array("U__".utf8)
  private static let underscore = UInt8(ascii: "_")

  private func append(_ scalar: Unicode.Scalar, isAllowed: Bool, to escaped: inout [UInt8]) {
    switch (self, scalar) {
    case (.dots, "_"), (.values, "_"): escaped.append(contentsOf: "__".utf8)
    case (.dots, "."): escaped.append(contentsOf: "_dot_".utf8)
    case _ where isAllowed: escaped.append(UInt8(truncatingIfNeeded: scalar.value))
    case (.dots, _): escaped.append(contentsOf: "__".utf8)
    case (.values, "\u{fffd}"): escaped.append(contentsOf: "_FFFD_".utf8)
    case (.values, _):
      escaped.append(Self.underscore)
      escaped.append(contentsOf: String(scalar.value, radix: 16).utf8)
      escaped.append(Self.underscore)
    default: escaped.append(Self.underscore)
    }
  }

  private static func undotted(_ name: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = name
    while let byte = rest.first {
      if rest.starts(with: "_dot_".utf8) {
        result.append(UInt8(ascii: "."))
        rest = rest.dropFirst(5)
      } else {
        result.append(byte)
        rest = rest.dropFirst(rest.starts(with: "__".utf8) ? 2 : 1)
      }
    }
    return result
  }

  /// Nil when `name` was not written by ``values``, or was changed since.
  private static func decodedValues(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    guard name.starts(with: valuesPrefix) else { return nil }
    var result: [UInt8] = []
    var rest = name.dropFirst(valuesPrefix.count)
    while let byte = rest.popFirst() {
      guard byte == underscore else {
        result.append(byte)
        continue
      }
      guard let end = rest.firstIndex(of: underscore) else { return nil }
      let digits = rest[rest.startIndex..<end]
      rest = rest[(end + 1)...]
      if digits.isEmpty {
        result.append(underscore)
        continue
      }
      // No code point has more than six digits; a sign would pass the conversion.
      guard digits.count <= 6, digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(value)
      else { return nil }
      result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }
    return result
  }
}
