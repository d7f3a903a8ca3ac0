extension DecodedLabels {
  /// Whether no rule about labels is broken: sorted, unique, nothing empty, a metric name, and with `legacyNames` all
  /// names of the form that 1.0 asks for. In one pass over the bytes in place, for almost all series of almost all
  /// senders; what exactly is wrong with another one is found by a slower look.
  ///
  /// - Complexity: linear in the names; no allocation, no reference counted for a label.
  public func areFlawless(legacyNames: Bool) -> Bool {
    let bytes = body.span
    var hasMetricName = false
    var before: Range<UInt32>?
    for entry in entries {
      if entry.name.isEmpty || entry.value.isEmpty { return false }
      if let before, !Self.precedes(before, entry.name, bytes) { return false }
      let isMetricName = Self.isMetricName(entry.name, bytes)
      if isMetricName { hasMetricName = true }
      if legacyNames {
        if !Self.isLegacyName(entry.name, colons: false, bytes) { return false }
        if isMetricName && !Self.isLegacyName(entry.value, colons: true, bytes) { return false }
      }
      before = entry.name
    }
    return hasMetricName
  }

  /// Whether the name at `index` may be a label's in 1.0.
  func hasLegacyName(at index: Int) -> Bool {
    Self.isLegacyName(entries[entries.startIndex + index].name, colons: false, body.span)
  }

  /// Whether the value at `index` may be a metric's name in 1.0.
  func hasLegacyValue(at index: Int) -> Bool {
    Self.isLegacyName(entries[entries.startIndex + index].value, colons: true, body.span)
  }

  /// Whether `left` comes strictly before `right` in byte order.
  private static func precedes(_ left: Range<UInt32>, _ right: Range<UInt32>, _ bytes: Span<UInt8>) -> Bool {
    let (leftStart, rightStart) = (Int(left.lowerBound), Int(right.lowerBound))
    for offset in 0..<min(left.count, right.count) {
      let (one, other) = (bytes[leftStart + offset], bytes[rightStart + offset])
      if one != other { return one < other }
    }
    return left.count < right.count
  }

  private static let metricName = Array("__name__".utf8)

  private static func isMetricName(_ name: Range<UInt32>, _ bytes: Span<UInt8>) -> Bool {
    guard name.count == metricName.count else { return false }
    let start = Int(name.lowerBound)
    for offset in metricName.indices where bytes[start + offset] != metricName[offset] { return false }
    return true
  }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`, and with `colons` the colon too.
  private static func isLegacyName(_ name: Range<UInt32>, colons: Bool, _ bytes: Span<UInt8>) -> Bool {
    let start = Int(name.lowerBound)
    for offset in 0..<name.count {
      switch bytes[start + offset] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): continue
      case UInt8(ascii: "0")...UInt8(ascii: "9") where offset > 0: continue
      case UInt8(ascii: ":") where colons: continue
      default: return false
      }
    }
    return !name.isEmpty
  }
}
