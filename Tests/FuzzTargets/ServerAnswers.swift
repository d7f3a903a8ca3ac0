import GodwitTesting
import HTTPAnswers

extension FuzzTarget {
  /// What a server says on a connection of our own.
  static let serverAnswers = [
    // The first byte says what was asked and how the bytes are cut; the answer is behind it.
    FuzzTarget("http-answer", seeds: { WrittenAnswers.all.map { [2] + Array($0.utf8) } }) { input in
      guard let choice = input.first else { return }
      let bytes = Array(input.dropFirst())
      let isToHEAD = choice & 1 == 1
      let whole = AnswerReading(bytes, pieceBytes: bytes.count, isToHEAD: isToHEAD)
      whole.check(bytes, isToHEAD: isToHEAD)
      // That it is refused does not depend on the pieces; in which words may.
      let pieces = AnswerReading(bytes, pieceBytes: 1 + Int(choice >> 1), isToHEAD: isToHEAD)
      precondition(pieces == whole, "it matters where the bytes are cut")
    }
  ]
}

/// What came of the bytes of one connection, which then ended.
private struct AnswerReading: Equatable {
  var status: Int?
  var names: [String] = []
  var values: [String] = []
  var keepsConnection = false
  var body: [UInt8] = []
  var hasEnded = false
  var endsWithConnection = false
  var isRefused = false
  /// What was left behind the end.
  var leftover = 0

  /// - Parameter pieceBytes: how many bytes come at once, the last time perhaps fewer.
  init(_ bytes: [UInt8], pieceBytes: Int, isToHEAD: Bool) {
    var parser = AnswerParser(toHEAD: isToHEAD)
    do throws(AnswerParser.Fault) {
      for start in stride(from: 0, to: bytes.count, by: max(1, pieceBytes)) {
        let piece = Array(bytes[start..<min(bytes.count, start + pieceBytes)])
        var place = 0
        while let event = try parser.next(piece.span, from: &place) { take(event, of: piece) }
        precondition(hasEnded || place == piece.count, "bytes were left that nobody will take")
        leftover += piece.count - place
      }
    } catch {
      isRefused = true
      return
    }
    endsWithConnection = parser.endsWithConnection()
    precondition(!endsWithConnection || (!hasEnded && status != nil && !keepsConnection))
    precondition(!parser.endsWithConnection(), "it ended twice")
  }

  private mutating func take(_ event: AnswerParser.Event, of piece: [UInt8]) {
    precondition(!hasEnded, "something came after the end")
    switch event {
    case .head(let head):
      precondition(status == nil, "one answer has two heads")
      status = head.status
      names = head.headers.all.map(\.name)
      values = head.headers.all.map(\.value)
      for name in names { precondition(head.headers.contains(name), "a header that nobody finds") }
      keepsConnection = head.keepsConnection
    case .body(let part):
      precondition(status != nil && !part.isEmpty)
      body += piece[part]
    case .end:
      precondition(status != nil, "an end without a head")
      hasEnded = true
    }
  }

  /// What holds for any answer to `bytes`.
  func check(_ bytes: [UInt8], isToHEAD: Bool) {
    guard let status else { return }
    precondition((200...999).contains(status) && names.count <= AnswerParser.headerCountMax)
    precondition(body.count + leftover <= bytes.count, "more came out than went in")
    for name in names { precondition(!name.isEmpty && !name.utf8.contains { $0 <= 0x20 || $0 == 0x3a || $0 >= 0x7f }) }
    for value in values { precondition(!value.utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }) }
    if isToHEAD || status == 204 || status == 304 { return precondition(body.isEmpty && (hasEnded || isRefused)) }
    let isChunked = names.contains { $0.lowercased() == "transfer-encoding" }
    let lengths = zip(names, values).filter { $0.0.lowercased() == "content-length" }.map { Int($0.1) }
    if let length = lengths.first {
      // A second one that differs, or chunks, would let two readers find two ends.
      precondition(!isChunked && lengths.allSatisfy { $0 == length } && length != nil)
      precondition(hasEnded ? body.count == length : body.count < length ?? 0)
    } else if !isChunked {
      precondition(!hasEnded && endsWithConnection && !keepsConnection && leftover == 0)
    }
  }
}
