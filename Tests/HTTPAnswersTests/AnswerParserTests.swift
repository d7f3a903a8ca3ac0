import GodwitTesting
import HTTPAnswers
import Testing

@Suite("The parser of answers") struct AnswerParserTests {
  /// What came of some bytes, however they were cut.
  struct Reading: Equatable, CustomStringConvertible {
    var status: Int?
    var headers: [String] = []
    var body: [UInt8] = []
    var keepsConnection = false
    var hasEnded = false
    var fault: String?
    /// Bytes behind the end.
    var leftover: [UInt8] = []

    var description: String { "\(status ?? 0) \(headers) \(body.count) \(hasEnded) \(fault ?? "")" }
  }

  private static func read(_ pieces: [ArraySlice<UInt8>], toHEAD: Bool = false, closes: Bool = false) -> Reading {
    var parser = AnswerParser(toHEAD: toHEAD)
    var reading = Reading()
    do throws(AnswerParser.Fault) {
      for piece in pieces {
        let bytes = Array(piece)
        var place = 0
        while let event = try parser.next(bytes.span, from: &place) {
          switch event {
          case .head(let head):
            reading.status = head.status
            reading.headers = head.headers.all.map { "\($0.name): \($0.value)" }
            reading.keepsConnection = head.keepsConnection
          case .body(let part): reading.body += bytes[part]
          case .end: reading.hasEnded = true
          }
        }
        reading.leftover += bytes[place...]
      }
      if closes { reading.hasEnded = parser.endsWithConnection() || reading.hasEnded }
    } catch {
      reading.fault = error.reason
    }
    return reading
  }

  private static func read(_ text: String, toHEAD: Bool = false, closes: Bool = false) -> Reading {
    read([Array(text.utf8)[...]], toHEAD: toHEAD, closes: closes)
  }

  @Test("It does not matter where the bytes are cut", arguments: WrittenAnswers.all)
  func splits(text: String) {
    let bytes = Array(text.utf8)
    let whole = Self.read([bytes[...]], closes: true)
    #expect(whole.fault == nil && whole.hasEnded)
    for cut in bytes.indices {
      #expect(Self.read([bytes[..<cut], bytes[cut...]], closes: true) == whole, "cut at \(cut)")
    }
    #expect(Self.read(bytes.indices.map { bytes[$0...$0] }, closes: true) == whole)
  }

  @Test("Nor where damaged bytes are cut", arguments: SeededRandom.seeds)
  func damage(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      var bytes = Array(WrittenAnswers.all[Int.random(in: 0..<WrittenAnswers.all.count, using: &random)].utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("\r\n 0:;fF".utf8).randomElement(using: &random) ?? 0, at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      var pieces: [ArraySlice<UInt8>] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...9, using: &random))
        pieces.append(bytes[start..<end])
        start = end
      }
      let whole = Self.read([bytes[...]], closes: true)
      var cut = Self.read(pieces, closes: true)
      // What a server that is none is told depends on how much it said at once; that it is refused does not.
      if whole.fault != nil && cut.fault != nil { cut.fault = whole.fault }
      #expect(cut == whole, "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }
  }

  @Test("What an answer says of its connection")
  func keeping() {
    #expect(WrittenAnswers.all.map { Self.read($0).keepsConnection } == [true, true, true, true, false, true, true])
    #expect(!Self.read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keepsConnection)
    #expect(!Self.read("HTTP/1.0 200 OK\r\n\r\n").keepsConnection)
  }

  @Test("Heads and bodies are what was sent")
  func contents() {
    let first = Self.read(WrittenAnswers.all[0])
    #expect(first.headers == ["Content-Length: 5", "Content-Type: text/plain"] && first.body == Array("up 1\n".utf8))
    let second = Self.read(WrittenAnswers.all[1])
    #expect(second.body == Array("abc0123456789".utf8) && second.leftover == Array("more".utf8))
    let third = Self.read(WrittenAnswers.all[2])
    #expect(third.status == 404 && third.body == Array("no".utf8) && third.leftover == Array("HTTP".utf8))
    #expect(Self.read(WrittenAnswers.all[0], toHEAD: true).body == [])
    #expect(Self.read(WrittenAnswers.all[0], toHEAD: true).hasEnded)
  }

  @Test(
    "What could be taken in two ways is refused",
    arguments: [
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n", "HTTP/1.1 20 OK\r\n",
      "HTTP/1.1 099 OK\r\n", "HTTP/1.2 200 OK\r\n", "HTTP/2 200\r\n", "http/1.1  200 OK\r\n", "HTTP/1.1 2000\r\n",
      "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
      "HTTP/1.1 200 OK\r\n: a\r\n\r\n", "HTTP/1.1 200 OK\r\nX\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \u{1}\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 101 Go\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", "SSH-2", "\u{15}\u{3}\u{1}",
    ])
  func refused(text: String) { #expect(Self.read(text).fault != nil) }

  @Test(
    "Chunks that do not fit their sizes are refused",
    arguments: ["\r\n", "g\r\n", "-1\r\n", "1x\r\n", "1\r\nab\r\n", "1\r\na\n", "1\na\r\n", "0fffffffffffffff\r\n"])
  func chunks(text: String) {
    #expect(Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text).fault != nil)
  }

  @Test("Lengths that agree are one")
  func twice() {
    let reading = Self.read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 01\r\n\r\na")
    #expect(reading.fault == nil && reading.hasEnded)
  }

  @Test("What never ends is refused at its bound")
  func bounds() {
    let head = "HTTP/1.1 200 OK\r\n"
    let headers = { (count: Int) in head + String(repeating: "X: y\r\n", count: count) }
    #expect(Self.read(headers(AnswerParser.headerCountMax)).fault == nil)
    #expect(Self.read(headers(AnswerParser.headerCountMax + 1)).fault != nil)
    let long = { (count: Int) in head + "X: " + String(repeating: "y", count: count) }
    #expect(Self.read(long(AnswerParser.lineBytesMax - 5) + "\r\n").fault == nil)
    #expect(Self.read(long(AnswerParser.lineBytesMax + 1)).fault != nil)
    let large = String(repeating: "X: " + String(repeating: "y", count: 8_000) + "\r\n", count: 70)
    #expect(Self.read(head + large).fault != nil)
    let trailers = head + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "X: y\r\n", count: 257)
    #expect(Self.read(trailers).fault != nil)
    let reason = "HTTP/1.1 200 " + String(repeating: "a", count: AnswerParser.lineBytesMax)
    #expect(Self.read(reason).fault != nil)
  }
}
