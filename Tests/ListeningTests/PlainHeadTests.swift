import GodwitTesting
import Testing

@testable import Listening

@Suite("Heads that can be read in one way alone")
struct PlainHeadTests {
  private static let usual = [
    "POST /api/v1/write HTTP/1.1", "Host: a.test:9090", "User-Agent: Sender/1.0", "Content-Length: 4711",
    "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request", "Content-Encoding: snappy",
  ]

  private static func text(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() + "\r\n" }

  private static func read(_ text: String, _ reader: inout PlainHeadReader) -> (outcome: String, rest: Int) {
    let bytes = Array(text.utf8)
    switch reader.next(bytes.span) {
    case .head(let head, let byteCount, let bodyByteCount, _):
      let fields = head.fields.map { "\($0)" }.filter { !$0.contains("content-length") }
      return ("\(head.target) \(fields) \(head.isLast) \(bodyByteCount)", bytes.count - byteCount)
    case .unfinished: return ("unfinished", bytes.count)
    case .odd: return ("odd", bytes.count)
    }
  }

  private static func read(_ text: String) -> String {
    var reader = PlainHeadReader()
    return read(text, &reader).outcome
  }

  @Test("A usual head is read, and unfinished as long as it is not whole")
  func usualHead() throws {
    let head = try #require(PlainHead(Array(Self.text(Self.usual).utf8)))
    #expect(head.target == "/api/v1/write" && head.bodyByteCount == 4711 && !head.isLast)
    #expect(head.fields.map(\.name) == ["host", "user-agent", "content-length", "content-type", "content-encoding"])
    #expect(head.fields[1].value == "Sender/1.0")
    let bytes = Array(Self.text(Self.usual).utf8)
    for count in bytes.indices { #expect(Self.read(String(decoding: bytes[..<count], as: UTF8.self)) == "unfinished") }
  }

  static let odd: [[String]] = [
    ["GET /a HTTP/1.1"], ["POST /a HTTP/1.0"], ["POST  /a HTTP/1.1"], ["POST /a HTTP/1.1 "], ["POST a HTTP/1.1"],
    ["post /a HTTP/1.1"], ["POST /a b HTTP/1.1"], ["POST /a\tb HTTP/1.1"], ["", "POST /a HTTP/1.1"],
    usual + ["Content-Length: 4711"], usual + ["X-A: 1", "x-a: 1"], usual + ["Transfer-Encoding: chunked"],
    usual + ["Expect: 100-continue"], usual + ["Upgrade: h2c"], usual + ["Connection: upgrade"],
    usual + ["Connection: close, keep-alive"], usual + [" folded"], usual + ["\tfolded"], usual + ["X-A : 1"],
    usual + ["X-A:  1"], usual + ["X-A: 1 "], usual + ["X-A: 1\t"], usual + ["X A: 1"], usual + [": 1"],
    usual + ["X-A"], usual + ["X-A: \u{1}"], usual + ["X-A: \u{7f}"], usual + ["X-A: \u{e9}"], usual + ["X-A: 1\n"],
    usual + ["X-A: 1\r"], usual + ["X-A: \0"], usual + ["X_A: 1"],
    Array(usual[..<3]), usual.filter { !$0.hasPrefix("Host") },
    usual + (0..<40).map { "X-\($0): 1" }, usual + ["X-A: \(String(repeating: "a", count: 5000))"],
  ]

  @Test("What asks for more, or is unusual, is no plain head", arguments: odd)
  func oddHeads(lines: [String]) { #expect(Self.read(Self.text(lines)) == "odd") }

  @Test(
    "A length has one way to be written",
    arguments: ["", "+1", "-1", "01", "00", "1 ", "1,1", "0x1", "1234567890123", "99999999999999999999"])
  func oddLengths(length: String) {
    let lines = Self.usual.map { $0.hasPrefix("Content-Length") ? "Content-Length: \(length)" : $0 }
    #expect(Self.read(Self.text(lines)) == "odd")
    var reader = PlainHeadReader()
    _ = Self.read(Self.text(Self.usual), &reader)
    #expect(Self.read(Self.text(lines), &reader).outcome == "odd")
  }

  @Test("A longer length makes no known head longer than a head may be")
  func longLength() {
    var lines = Self.usual
    lines[3] = "Content-Length: 1"
    let byteCount = Self.text(lines).utf8.count
    lines[2] += String(repeating: "a", count: PlainHead.bytesMax - byteCount)
    var reader = PlainHeadReader()
    #expect(Self.read(Self.text(lines), &reader).outcome != "odd")
    lines[3] += "0"
    #expect(Self.read(Self.text(lines), &reader).outcome == "odd")
  }

  @Test("A head that is known again is what it would be to whoever has never seen it", arguments: SeededRandom.seeds)
  func known(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var reader = PlainHeadReader()
    for _ in 0..<2000 {
      var lines = Self.usual
      lines[3] = "Content-Length: \(Int.random(in: 0...Int.random(in: 0...10_000_000, using: &random), using: &random))"
      if Int.random(in: 0..<4, using: &random) == 0 { lines.append("Connection: close") }
      var bytes = Array(Self.text(lines).utf8)
      for _ in 0..<(Int.random(in: 0..<6, using: &random) == 0 ? Int.random(in: 1...3, using: &random) : 0) {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...127, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(Array("0123456789: \r\n".utf8).randomElement(using: &random) ?? 0, at: place)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self) + "body"
      var stranger = PlainHeadReader()
      let (one, other) = (Self.read(text, &reader), Self.read(text, &stranger))
      #expect(one == other, "seed \(seed): \(text)")
    }
  }
}
