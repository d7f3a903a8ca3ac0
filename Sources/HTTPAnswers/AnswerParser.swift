/// What an HTTP/1.1 server says about its answer before the body.
package struct AnswerHead {
  package var status: Int
  package var headers: AnswerHeaders
  /// The connection may be used again once the body has ended.
  package var keepsConnection: Bool
  /// A body may come, perhaps one without bytes. There is none where the status or the request says so.
  package var hasBody: Bool
}

/// Bytes of one connection in, one answer out: its head, the pieces of its body, its end (RFC 9112).
///
///     var parser = AnswerParser(toHEAD: false)
///     while let event = try parser.next(bytes, from: &place) { … }
///
/// Bytes may come in any pieces. It is strict: lines end with CR LF, names are tokens, lines are not folded, and a length
/// that is given twice differently or beside chunks is refused, since nobody could say where the answer ends. Interim
/// answers (1xx) are passed over; 101 is refused, for no other protocol is ever asked for.
///
/// - Complexity: O(bytes). It holds the part of a line that has come, at most ``lineBytesMax``, and a head of at most
///   ``headBytesMax``; bodies pass through as ranges of the input.
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
    /// Where it stands in the input; never empty.
    case body(Range<Int>)
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
  private var pending: [UInt8] = []
  private var head = HeadLines()
  private var trailers = HeadLines.Size()

  /// - Parameter toHEAD: the answer has no body whatever its head says.
  package init(toHEAD: Bool) { isToHEAD = toHEAD }

  /// Takes the next event from `input`, and moves `place` behind it; nil when more bytes are needed, or after the end.
  ///
  /// - Parameter place: where in `input` to go on; all before it has been taken.
  package mutating func next(_ input: Span<UInt8>, from place: inout Int) throws(Fault) -> Event? {
    while true {
      switch state {
      case .sized(let remaining):
        guard let part = take(input, from: &place, atMost: remaining) else { return nil }
        state = part.count == remaining ? .bodiless : .sized(remaining: remaining - part.count)
        return .body(part)
      case .chunk(let remaining):
        guard let part = take(input, from: &place, atMost: remaining) else { return nil }
        state = part.count == remaining ? .chunkEnd : .chunk(remaining: remaining - part.count)
        return .body(part)
      case .untilClose: return take(input, from: &place, atMost: .max).map { .body($0) }
      case .bodiless:
        state = .ended
        return .end
      case .ended: return nil
      case .statusLine, .headers, .chunkSize, .chunkEnd, .trailers:
        guard let line = try takeLine(input, from: &place) else { return nil }
        if pending.isEmpty {
          if let event = try receive(line: input.extracting(line)) { return event }
        } else {
          let whole = pending
          pending = []
          if let event = try receive(line: whole.span.extracting(0..<whole.count - 2)) { return event }
        }
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

  /// - Parameter line: without its end.
  private mutating func receive(line: Span<UInt8>) throws(Fault) -> Event? {
    switch state {
    case .statusLine:
      head = try HeadLines(statusLine: line)
      state = .headers
    case .headers:
      if line.isEmpty { return try endHead() }
      try head.add(line)
    case .chunkSize:
      let size = try Self.chunkSize(line)
      state = size == 0 ? .trailers : .chunk(remaining: size)
    case .chunkEnd:
      guard line.isEmpty else { throw Fault(reason: "a chunk does not end where its size says") }
      state = .chunkSize
    case .trailers:
      if line.isEmpty { state = .bodiless } else { try trailers.add(line.count) }
    case .sized, .chunk, .untilClose, .bodiless, .ended: break
    }
    return nil
  }

  /// Where the next line stands without its end, once it has come. What came of it before stands in ``pending``, and then
  /// all of it does.
  private mutating func takeLine(_ input: Span<UInt8>, from place: inout Int) throws(Fault) -> Range<Int>? {
    let bytesMax = lineBytesMax
    let start = place
    var end = start
    while end < input.count, input[end] != 0x0a { end += 1 }
    let hasEnded = end < input.count
    if hasEnded { end += 1 }
    guard pending.count + end - start <= bytesMax else { throw Fault(reason: "a line has more than \(bytesMax) bytes") }
    place = end
    if !hasEnded || !pending.isEmpty { for index in start..<end { pending.append(input[index]) } }
    guard hasEnded else {
      if case .statusLine = state { try checkBeginning() }
      return nil
    }
    let hasReturn =
      pending.isEmpty
      ? end - start >= 2 && input[end - 2] == 0x0d : pending.count >= 2 && pending[pending.count - 2] == 0x0d
    guard hasReturn else { throw Fault(reason: "a line does not end with CR LF") }
    return start..<max(start, end - 2)
  }

  private var lineBytesMax: Int {
    switch state {
    case .chunkSize: Self.chunkLineBytesMax
    case .chunkEnd: 2
    default: Self.lineBytesMax
    }
  }

  /// What does not begin as HTTP does is refused before its line ends: it may never do.
  private func checkBeginning() throws(Fault) {
    guard HeadLines.beginsAsHTTP(pending.span) else { throw HeadLines.noHTTP }
  }

  private func take(_ input: Span<UInt8>, from place: inout Int, atMost count: Int) -> Range<Int>? {
    guard place < input.count else { return nil }
    let start = place
    place += min(count, input.count - start)
    return start..<place
  }

  /// The number that a chunk begins with; what else stands on its line has no meaning to us.
  private static func chunkSize(_ bytes: Span<UInt8>) throws(Fault) -> Int {
    var size = 0
    var digitCount = 0
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
        keepsConnection: framing != .connection && lines.keepsConnection, hasBody: framing != .none))
  }
}
