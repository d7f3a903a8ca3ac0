import CZlib

/// Undoes `gzip` or `deflate` of one answer, piece by piece, up to a bound on what comes out.
final class Inflation {
  enum Fault: Error {
    case damaged
    /// It ended before its end, or something stands behind it.
    case misplacedEnd
    case tooLarge
  }

  /// How much comes out at once.
  private static let pieceBytesMax = 64 << 10

  // The library remembers where its stream stands, so that never moves: it is made once, and ended and freed with this.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytesMax)
  private let bytesMax: Int
  private var byteCount = 0
  private(set) var hasEnded = false

  static func undoes(_ encoding: String) -> Bool { encoding == "gzip" || encoding == "deflate" }

  /// - Parameter bytesMax: what may come out.
  init(bytesMax: Int) throws(Fault) {
    self.bytesMax = bytesMax
    stream.initialize(to: z_stream())
    // The largest window, and either of the two headers. The stream is zeroed, as the library wants it.
    let code = inflateInit2_(stream, MAX_WBITS + 32, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .damaged }
  }

  deinit {
    // It also takes a stream that could not be begun.
    inflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  /// - Parameters:
  ///   - input: the next bytes of what was compressed.
  ///   - take: given what comes out, in pieces that are never empty; returns whether more is wanted.
  func receive(_ input: Span<UInt8>, _ take: (Span<UInt8>) throws -> Bool) throws {
    var place = 0
    while place < input.count {
      if hasEnded { throw Fault.misplacedEnd }
      let (consumed, produced) = try step(input.extracting(place..<input.count))
      place += consumed
      byteCount += produced
      if byteCount > bytesMax { throw Fault.tooLarge }
      // In bounds: the library has written so many, and writes no more before the next step.
      let piece = Span(_unsafeElements: UnsafeBufferPointer(rebasing: output[..<produced]))
      if produced > 0, try !take(piece) { return }
    }
  }

  /// - Returns: how many bytes went in and how many came out; not both 0.
  private func step(_ input: Span<UInt8>) throws(Fault) -> (consumed: Int, produced: Int) {
    let outcome = input.withUnsafeBufferPointer { input in
      let offered = UInt32(clamping: input.count)
      // The library only reads there, and only within this call.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = offered
      stream.pointee.next_out = output.baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      let code = inflate(stream, Z_NO_FLUSH)
      return (
        code: code, consumed: Int(offered - stream.pointee.avail_in),
        produced: output.count - Int(stream.pointee.avail_out)
      )
    }
    hasEnded = outcome.code == Z_STREAM_END
    guard hasEnded || (outcome.code == Z_OK && outcome.consumed + outcome.produced > 0) else { throw .damaged }
    return (outcome.consumed, outcome.produced)
  }
}
