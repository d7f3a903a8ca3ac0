package import NIOCore

/// What an HTTP/1.1 server says about its answer before the body.
package struct AnswerHead {
  package var status: Int
  /// In the order received, names as written, values without the spaces around them.
  package var headers: [(name: String, value: String)]
  /// The connection may be used again once the body has ended.
  package var keepsConnection: Bool
}

/// Bytes of one connection in, one answer out: its head, the pieces of its body, its end (RFC 9112).
///
///     var parser = AnswerParser(toHEAD: false)
///     while let event = try parser.next(&bytes) { … }
///
/// Bytes may come in any pieces. It is strict: lines end with CR LF, names are tokens, lines are not folded, and a length
/// that is given twice differently or beside chunks is refused, since nobody could say where the answer ends. Interim
/// answers (1xx) are passed over; 101 is refused, for no other protocol is ever asked for.
///
/// - Complexity: O(bytes). It holds the part of a line that has come, at most ``lineBytesMax``, and a head of at most
///   ``headBytesMax``; bodies pass through as slices of the input.
package struct AnswerParser {
  /// What a line of a head may have, and what a reason or a chunk's extension may.
  package static let lineBytesMax = 80 << 10
  /// What all lines of a head or of a trailer may have together.
  package static let headBytesMax = 512 << 10
  /// How many headers or trailers there may be.
  package static let headerCountMax = 256
  /// What a line with the size of a chunk may have.
  package static let chunkLineBytesMax = 4 << 10

  package enum Event {
    case head(AnswerHead)
    /// Never empty.
    case body(ByteBuffer)
    /// Comes once. What follows in the input belongs to nobody.
    case end
  }

  /// Why the bytes are no answer.
  package struct Fault: Error, Equatable {
    package var reason: String
  }

  private enum State {
    case statusLine, headers
    case sized(remaining: Int)
    case chunkSize
    case chunk(remaining: Int)
    case chunkEnd
    case trailers
    case untilClose
    /// The head was given out and there is no body to come.
    case bodiless
    case ended
  }

  private let isToHEAD: Bool
  private var state = State.statusLine
  /// The beginning of a line whose end has not come.
  private var pending = ByteBuffer()
  private var head = HeadLines()
  private var trailers = HeadLines.Size()

  /// - Parameter toHEAD: the answer has no body whatever its head says.
  package init(toHEAD: Bool) { isToHEAD = toHEAD }

  /// Takes the next event from the front of `input`; nil when more bytes are needed, or after the end.
  package mutating func next(_ input: inout ByteBuffer) throws(Fault) -> Event? {
    while true {
      switch state {
      case .statusLine:
        guard let line = try takeLine(&input, bytesMax: Self.lineBytesMax) else {
          try checkBeginning()
          return nil
        }
        head = try HeadLines(statusLine: line)
        state = .headers
      case .headers:
        guard let line = try takeLine(&input, bytesMax: Self.lineBytesMax) else { return nil }
        if line.readableBytes > 0 { try head.add(line) } else if let event = try endHead() { return event }
      case .sized(let remaining):
        guard let part = take(&input, atMost: remaining) else { return nil }
        state = part.readableBytes == remaining ? .bodiless : .sized(remaining: remaining - part.readableBytes)
        return .body(part)
      case .chunkSize:
        guard let line = try takeLine(&input, bytesMax: Self.chunkLineBytesMax) else { return nil }
        let size = try Self.chunkSize(line)
        state = size == 0 ? .trailers : .chunk(remaining: size)
      case .chunk(let remaining):
        guard let part = take(&input, atMost: remaining) else { return nil }
        state = part.readableBytes == remaining ? .chunkEnd : .chunk(remaining: remaining - part.readableBytes)
        return .body(part)
      case .chunkEnd:
        guard let line = try takeLine(&input, bytesMax: 2) else { return nil }
        guard line.readableBytes == 0 else { throw Fault(reason: "a chunk does not end where its size says") }
        state = .chunkSize
      case .trailers:
        guard let line = try takeLine(&input, bytesMax: Self.lineBytesMax) else { return nil }
        if line.readableBytes == 0 {
          state = .bodiless
        } else {
          try trailers.add(line.readableBytes)
        }
      case .untilClose:
        guard let part = take(&input, atMost: .max) else { return nil }
        return .body(part)
      case .bodiless:
        state = .ended
        return .end
      case .ended: return nil
      }
    }
  }

  /// The connection has ended: whether the answer has, too. Only a body without a length ends this way.
  package mutating func endsWithConnection() -> Bool {
    guard case .untilClose = state else { return false }
    state = .ended
    return true
  }

  // MARK: - Lines

  /// The next line without its end, once it has come.
  private mutating func takeLine(_ input: inout ByteBuffer, bytesMax: Int) throws(Fault) -> ByteBuffer? {
    let count = Self.lineByteCount(input)
    guard pending.readableBytes + (count ?? input.readableBytes) <= bytesMax else {
      throw Fault(reason: "a line has more than \(bytesMax) bytes")
    }
    guard let count else {
      pending.writeBuffer(&input)
      return nil
    }
    guard var line = input.readSlice(length: count) else { return nil }
    if pending.readableBytes > 0 {
      pending.writeBuffer(&line)
      line = pending
      pending = ByteBuffer()
    }
    let end = line.writerIndex - 2
    guard end >= line.readerIndex, line.getInteger(at: end, as: UInt8.self) == 0x0d else {
      throw Fault(reason: "a line does not end with CR LF")
    }
    line.moveWriterIndex(to: end)
    return line
  }

  /// How many bytes there are up to the end of the first line, its line feed included.
  private static func lineByteCount(_ input: ByteBuffer) -> Int? {
    let bytes = input.readableBytesView
    return bytes.firstIndex(of: 0x0a).map { $0 - bytes.startIndex + 1 }
  }

  /// What does not begin as HTTP does is refused before its line ends: it may never do.
  private func checkBeginning() throws(Fault) {
    guard zip(pending.readableBytesView, "HTTP/1.".utf8).allSatisfy({ $0 == $1 }) else { throw HeadLines.noHTTP }
  }

  private func take(_ input: inout ByteBuffer, atMost count: Int) -> ByteBuffer? {
    input.readableBytes == 0 ? nil : input.readSlice(length: min(count, input.readableBytes))
  }

  /// The number that a chunk begins with; what else stands on its line has no meaning to us.
  private static func chunkSize(_ line: ByteBuffer) throws(Fault) -> Int {
    var size = 0
    var digitCount = 0
    let bytes = line.readableBytesUInt8Span
    while digitCount < bytes.count, let digit = Character(Unicode.Scalar(bytes[digitCount])).hexDigitValue {
      // Fifteen digits cannot overflow; leading zeros beyond that are nobody's honest size.
      guard digitCount < 15 else { throw Fault(reason: "a chunk has an absurd size") }
      size = size << 4 | digit
      digitCount += 1
    }
    let isDelimited = digitCount == bytes.count || [0x3b, 0x20, 0x09].contains(bytes[digitCount])
    guard digitCount > 0, isDelimited else { throw Fault(reason: "a chunk without a size") }
    return size
  }

  // MARK: - The head

  /// The end of a head; nil when it was that of an interim answer.
  private mutating func endHead() throws(Fault) -> Event? {
    let lines = head
    head = HeadLines()
    let status = lines.status
    guard status != 101 else { throw Fault(reason: "it switches to a protocol that was not asked for") }
    guard status >= 200 else {
      state = .statusLine
      return nil
    }
    let framing = try lines.framing(isBodiless: isToHEAD || status == 204 || status == 304)
    switch framing {
    case .none, .length(0): state = .bodiless
    case .length(let count): state = .sized(remaining: count)
    case .chunks: state = .chunkSize
    case .connection: state = .untilClose
    }
    return .head(
      AnswerHead(
        status: status, headers: lines.headers,
        keepsConnection: framing != .connection && lines.keepsConnection))
  }
}
