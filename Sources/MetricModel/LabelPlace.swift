/// Where in a text the name and the value of a label lie.
public struct LabelPlace: Sendable {
  /// The last end that a place can tell.
  @inlinable public static var endMax: Int { Int(Int32.max) }

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

  @inlinable public var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
  @inlinable public var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }
}
