import NIOCore

/// Reads the heads of the requests of one connection, and knows the last one again: a sender's heads mostly differ in
/// the length of the body alone.
struct PlainHeadReader {
  enum Outcome {
    /// Taken from the bytes.
    case head(PlainHead, bodyByteCount: Int)
    /// The rest has not come; nothing was taken.
    case unfinished
    /// No plain head, of which nothing was taken.
    case odd
  }

  private struct Known {
    var head: PlainHead
    /// What stands before the digits of the length, and what stands behind them.
    var start: ByteBuffer
    var end: ByteBuffer
  }

  private var known: Known?

  mutating func next(_ bytes: inout ByteBuffer) -> Outcome {
    if let known, let bodyByteCount = Self.take(known, &bytes) {
      return .head(known.head, bodyByteCount: bodyByteCount)
    }
    let view = bytes.readableBytesView
    switch HeadExtent(view) {
    case .unfinished: return .unfinished
    case .odd: return .odd
    case .whole(let byteCount):
      let text = Array(view.prefix(byteCount))
      guard let head = PlainHead(text) else { return .odd }
      known = Known(
        head: head, start: ByteBuffer(bytes: text[..<head.lengthDigits.lowerBound]),
        end: ByteBuffer(bytes: text[head.lengthDigits.upperBound...]))
      bytes.moveReaderIndex(forwardBy: byteCount)
      return .head(head, bodyByteCount: head.bodyByteCount)
    }
  }

  /// Takes a head that is the known one but for the length.
  ///
  /// - Returns: the length; nil for another head, of which nothing is taken.
  private static func take(_ known: Known, _ bytes: inout ByteBuffer) -> Int? {
    let first = bytes.readerIndex
    let digitsStart = first + known.start.readableBytes
    guard bytes.getSlice(at: first, length: known.start.readableBytes) == known.start else { return nil }
    let rest = bytes.readableBytesView[digitsStart...]
    // A carriage return follows the digits, or it is another head.
    guard let digitsEnd = rest.prefix(32).firstIndex(of: UInt8(ascii: "\r")),
      let byteCount = PlainHead.number(rest[..<digitsEnd]),
      bytes.getSlice(at: digitsEnd, length: known.end.readableBytes) == known.end
    else { return nil }
    bytes.moveReaderIndex(to: digitsEnd + known.end.readableBytes)
    return byteCount
  }
}
