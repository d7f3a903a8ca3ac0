import Listening

extension FuzzTarget {
  /// The heads of requests that are read without a parser of HTTP.
  static let heads = [
    // Two connections' worth of bytes behind a first byte, which says how they are cut.
    FuzzTarget("plain-head", seeds: { Self.headSeeds.map { [40] + Array($0.utf8) } }) { input in
      guard let choice = input.first else { return }
      let bytes = Array(input.dropFirst())
      var reader = PlainHeadReader()
      var place = 0
      while let byteCount = read(bytes[place...], &reader, pieceByteCount: 1 + Int(choice)) { place += byteCount }
    }
  ]

  private static let headSeeds = [
    usualHead(length: "12") + usualHead(length: "4711") + usualHead(length: "0", more: "Connection: close\r\n"),
    "POST / HTTP/1.1\r\nhost:a\r\ncontent-length:1\r\nConnection: keep-alive\r\nX-1: \r\n\r\n",
    usualHead(length: "3", more: "Transfer-Encoding: chunked\r\n"), usualHead(length: "+3"),
  ]

  private static func usualHead(length: String, more: String = "") -> String {
    "POST /api/v1/write HTTP/1.1\r\nHost: a.test:9090\r\nUser-Agent: Sender/1.0\r\nContent-Length: \(length)\r\n"
      + "Content-Encoding: snappy\r\n\(more)\r\n"
  }

  /// Reads one head, as a whole and as it comes in pieces.
  ///
  /// - Returns: how long it is; nil if there is none.
  private static func read(
    _ bytes: ArraySlice<UInt8>, _ reader: inout PlainHeadReader, pieceByteCount: Int
  ) -> Int? {
    var stranger = PlainHeadReader()
    let outcome = reader.next(bytes.span)
    precondition(described(outcome) == described(stranger.next(bytes.span)), "it matters what was read before")
    var count = 0
    var inPieces = PlainHeadReader.Outcome.unfinished
    while case .unfinished = inPieces, count < bytes.count {
      count = min(bytes.count, count + pieceByteCount)
      let piece = bytes.prefix(count)
      inPieces = stranger.next(piece.span)
    }
    if !bytes.isEmpty { precondition(described(inPieces) == described(outcome), "it matters where the bytes are cut") }
    guard case .head(let head, let byteCount, let bodyByteCount, _) = outcome else { return nil }
    precondition(byteCount <= min(bytes.count, PlainHead.bytesMax) && bodyByteCount >= 0)
    check(head, bodyByteCount, Array(bytes.prefix(byteCount)))
    return byteCount
  }

  private static func described(_ outcome: PlainHeadReader.Outcome) -> String {
    switch outcome {
    case .head(let head, let byteCount, let bodyByteCount, _):
      let fields = head.fields.filter { $0.name != "content-length" }
      return "\(head.target) \(fields) \(head.isLast) \(byteCount) \(bodyByteCount)"
    case .unfinished: return "unfinished"
    case .odd: return "odd"
    }
  }

  /// What holds for any head: nobody could read another request in its bytes.
  private static func check(_ head: PlainHead, _ bodyByteCount: Int, _ bytes: [UInt8]) {
    precondition(bytes.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a })
    precondition(head.target.hasPrefix("/") && !head.target.contains(" "))
    let names = head.fields.map(\.name)
    precondition(Set(names).count == names.count && names.contains("host") && names.contains("content-length"))
    precondition(!names.contains { ["transfer-encoding", "expect", "upgrade"].contains($0) })
    for (name, value) in head.fields {
      precondition(!name.isEmpty && name == name.lowercased() && !name.contains(" ") && !name.contains(":"))
      precondition(!value.hasPrefix(" ") && !value.hasSuffix(" "))
      if name == "connection" { precondition((value.lowercased() == "close") == head.isLast) }
    }
    // The lines are all there is, and the only empty one is the last.
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
    precondition(lines.count == head.fields.count + 2 && lines.allSatisfy { $0.last == 0x0d })
    precondition(lines.dropLast().allSatisfy { $0.count > 1 } && lines.last?.count == 1)
    let length = lines.first { String(decoding: $0.prefix(15), as: UTF8.self).lowercased() == "content-length:" }
    let digits = length.map { String(decoding: $0.dropFirst(15), as: UTF8.self).filter { $0.isNumber } }
    precondition(digits == String(bodyByteCount), "its body is of another length than it says")
  }
}
