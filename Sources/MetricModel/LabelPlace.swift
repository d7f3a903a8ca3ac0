/// Where in a text the name and the value of a label lie.
public struct LabelPlace: Sendable {
  /// The last end that a place can tell.
  @inlinable public static var endMax: Int { Int(Int32.max) }

  /// The place of no label.
  public static let nothing = LabelPlace(nameStart: 0, nameEnd: 0, valueStart: 0, valueEnd: 0)

  // In halves of a word: a set keeps one for each label, and compares and moves them.
  @usableFromInline let nameStart: Int32
  @usableFromInline let nameCount: Int32
  @usableFromInline let valueStart: Int32
  @usableFromInline let valueCount: Int32

  /// Traps when a place ends behind ``endMax``.
  @inlinable @inline(__always)
  public init(name: Range<Int>, value: Range<Int>) {
    nameStart = Int32(name.lowerBound)
    nameCount = Int32(name.count)
    valueStart = Int32(value.lowerBound)
    valueCount = Int32(value.count)
  }

  /// A place whose ends are in order and at most ``endMax``, as the caller has shown; nothing is checked.
  @inlinable @inline(__always)
  public init(nameStart: Int, nameEnd: Int, valueStart: Int, valueEnd: Int) {
    self.nameStart = Int32(truncatingIfNeeded: nameStart)
    nameCount = Int32(truncatingIfNeeded: nameEnd &- nameStart)
    self.valueStart = Int32(truncatingIfNeeded: valueStart)
    valueCount = Int32(truncatingIfNeeded: valueEnd &- valueStart)
  }

  /// Where the name begins.
  @inlinable public var start: Int { Int(nameStart) }
  /// The bytes of the name.
  @inlinable public var nameByteCount: Int { Int(nameCount) }
  @inlinable public var hasNoValue: Bool { valueCount == 0 }
  /// Behind the value.
  @inlinable public var end: Int { Int(valueStart) &+ Int(valueCount) }

  @inlinable public var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
  @inlinable public var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }
}
