/// The names of files that belong to segments.
enum SegmentName {
  private static let digits = 20
  private static let suffix = ".segment"
  /// Larger numbers are nobody's: even one segment a nanosecond would take centuries to get there.
  private static let numberMax = SegmentNumber.max / 2

  /// For example `00000000000000000042.segment`.
  static func file(_ number: SegmentNumber) -> String { padded(number) + suffix }

  /// The number of a segment's file, or nil if the name is not one that `file` makes.
  static func number(_ name: String) -> SegmentNumber? {
    guard let number = leadingNumber(name), name == file(number) else { return nil }
    return number
  }

  /// The number with which a name begins, whatever follows. Names in `damaged/` tell so which numbers have been used.
  static func leadingNumber(_ name: String) -> SegmentNumber? {
    let lead = name.utf8.prefix(digits)
    guard lead.count == digits, lead.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
      let number = SegmentNumber(name.prefix(digits)), number > 0, number <= numberMax
    else { return nil }
    return number
  }

  /// The name of a copy of damaged bytes: segment, offset and count.
  static func damagedPart(of number: SegmentNumber, _ range: Range<UInt64>) -> String {
    "\(padded(number))-\(range.lowerBound)-\(range.count).bytes"
  }

  /// How many bytes the copy of that name holds; nil for another file.
  static func damagedPartBytes(_ name: String) -> UInt64? {
    let parts = name.split(separator: "-")
    guard parts.count == 3, let count = parts[2].split(separator: ".").first else { return nil }
    return UInt64(count)
  }

  private static func padded(_ number: SegmentNumber) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
