import ByteCoding

/// Reads the heads of the requests of one connection, and knows the last one again: a sender's heads mostly differ in
/// the length of the body alone.
package struct PlainHeadReader {
  package enum Outcome {
    /// - Parameters:
    ///   - byteCount: of the head itself.
    ///   - isKnown: but for the length it is the head that was read before.
    case head(PlainHead, byteCount: Int, bodyByteCount: Int, isKnown: Bool)
    /// The rest has not come.
    case unfinished
    /// No plain head.
    case odd
  }

  private struct Known {
    var head: PlainHead
    /// What stands before the digits of the length, and what stands behind them.
    var start: [UInt8]
    var end: [UInt8]
  }

  /// Digits of a length that are looked at; more are too many.
  private static let digitsMax = 32

  private var known: Known?

  package init() {}

  /// - Parameter bytes: they begin with the head.
  /// - Complexity: linear in the head.
  package mutating func next(_ bytes: Span<UInt8>) -> Outcome {
    if let known, let (byteCount, bodyByteCount) = Self.extent(of: known, bytes) {
      return .head(known.head, byteCount: byteCount, bodyByteCount: bodyByteCount, isKnown: true)
    }
    switch HeadExtent(bytes) {
    case .unfinished: return .unfinished
    case .odd: return .odd
    case .whole(let byteCount):
      let text = bytes.extracting(first: byteCount).copy
      guard let head = PlainHead(text) else { return .odd }
      known = Known(
        head: head, start: Array(text[..<head.lengthDigits.lowerBound]),
        end: Array(text[head.lengthDigits.upperBound...]))
      return .head(head, byteCount: byteCount, bodyByteCount: head.bodyByteCount, isKnown: false)
    }
  }

  /// - Returns: how long the head is and the length that it says, where it is the known one but for that.
  private static func extent(of known: Known, _ bytes: Span<UInt8>) -> (byteCount: Int, bodyByteCount: Int)? {
    guard bytes.holds(known.start.span, at: 0) else { return nil }
    let digitsStart = known.start.count
    let digitsLimit = min(bytes.count, digitsStart + digitsMax)
    var digitsEnd = digitsStart
    // A carriage return follows the digits, or it is another head.
    while digitsEnd < digitsLimit && bytes[digitsEnd] != UInt8(ascii: "\r") { digitsEnd += 1 }
    guard let bodyByteCount = PlainHead.number(bytes.extracting(digitsStart..<digitsEnd)),
      digitsEnd + known.end.count <= PlainHead.bytesMax, bytes.holds(known.end.span, at: digitsEnd)
    else { return nil }
    return (digitsEnd + known.end.count, bodyByteCount)
  }
}

extension Span<UInt8> {
  /// Whether `text` stands at `start`, as a whole.
  fileprivate func holds(_ text: Span<UInt8>, at start: Int) -> Bool {
    text.count <= count - start && extracting(start..<start + text.count).isSame(as: text)
  }
}
