import Foundation
import GodwitTesting
import MetricModel
import Testing

@testable import RelabelReview

@Suite("One JSON object of labels")
struct LabelObjectTests {
  private func read(_ bytes: [UInt8]) -> Result<LabelSet, LabelObject.Flaw> {
    var labels = LabelSet(["left": "over"])
    do throws(LabelObject.Flaw) {
      try LabelObject.read(bytes, 0..<bytes.count, into: &labels)
      return .success(labels)
    } catch {
      return .failure(error)
    }
  }

  private func read(_ text: String) -> Result<LabelSet, LabelObject.Flaw> { read(Array(text.utf8)) }

  @Test(
    "Well-formed objects are read",
    arguments: [
      (#"{}"#, [:]),
      (#" { "a" : "b" } "#, ["a": "b"]),
      (#"{"b":"2","a":"1","__name__":"up"}"#, ["__name__": "up", "a": "1", "b": "2"]),
      (#"{"a":"\"\\\/\b\f\n\r\t"}"#, ["a": "\"\\/\u{8}\u{c}\n\r\t"]),
      (#"{"a":"é\u00e9\uD83D\uDE00😀"}"#, ["a": "éé😀😀"]),
      (#"{"caf\u00e9":"x\u0000y"}"#, ["café": "x\0y"]),
      (#"{"a":"","b":"c"}"#, ["b": "c"]),
      (#"{"\u0061":"\u0062"}"#, ["a": "b"]),
      ("{\"a\":\"b\"}\r", ["a": "b"]),
    ] as [(String, [String: String])])
  func taken(text: String, labels: [String: String]) throws {
    #expect(try read(text).get() == LabelSet(labels))
  }

  @Test(
    "Everything else is refused, where it goes wrong",
    arguments: [
      ("", 0), ("x", 0), ("[]", 0), (#""a""#, 0), ("{", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1}"#, 5),
      (#"{"a":null}"#, 5), (#"{"a":{"b":"c"}}"#, 5), (#"{"a":["b"]}"#, 5), (#"{"a":"b",}"#, 9), (#"{"a":"b"} x"#, 10),
      (#"{"a":"b"}{"a":"b"}"#, 9), (#"{"a":"b" "c":"d"}"#, 9), (#"{"a":"b","a":"c"}"#, 9), (#"{"a":"","a":"c"}"#, 8),
      (#"{"a":"c","a":""}"#, 9), (#"{"a":"","a":""}"#, 8), (#"{"a":"b"#, 5), (#"{"a":"\x"}"#, 6), (#"{"a":"\u12"}"#, 6),
      (#"{"a":"\u12g4"}"#, 6), (#"{"a":"\ud83d"}"#, 6), (#"{"a":"\ud83dx"}"#, 6), (#"{"a":"\ude00"}"#, 6),
      (#"{"a":"\ud83d\u0041"}"#, 6), (#"{"":"a"}"#, 1), (#"{'a':'b'}"#, 1), (#"{a:"b"}"#, 1), ("{\"a\":\"\t\"}", 6),
      ("{\"a\":\"\\n\t\"}", 8), (#"{"a":"\"#, 7),
    ])
  func refused(text: String, offset: Int) {
    guard case .failure(let flaw) = read(text) else {
      Issue.record("\(text) was taken")
      return
    }
    #expect(flaw.offset == offset, "\(text): \(flaw)")
  }

  @Test(
    "Text that is not UTF-8 is refused, with and without escapes",
    arguments: [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] as [[UInt8]])
  func brokenText(bytes: [UInt8]) {
    for escape in ["", "\\n"] {
      let value = Array(#"{"a":"\#(escape)"#.utf8) + bytes + Array(#""}"#.utf8)
      let name = Array(#"{"\#(escape)"#.utf8) + bytes + Array(#"":"a"}"#.utf8)
      #expect(throws: LabelObject.Flaw.self) { try read(value).get() }
      #expect(throws: LabelObject.Flaw.self) { try read(name).get() }
    }
  }

  @Test("Nesting however deep is refused at its first bracket")
  func depth() {
    let text = #"{"a":"# + String(repeating: "[", count: 1_000_000)
    #expect(read(text) == .failure(LabelObject.Flaw(offset: 5, message: #"the value of label "a" is not a text"#)))
  }

  @Test("Random objects are read as Foundation reads them, and random damage is refused as there")
  func againstFoundation() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededRandom(seed: seed)
    let pieces = ["a", "é", "😀", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\\\", "\\\"", "/", " ", "{", "}", ":", ",", "0"]
    for _ in 0..<3000 {
      var members: [String] = []
      for number in 0..<Int.random(in: 0...5, using: &random) {
        let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        members.append("\"n\(number)\(text.prefix(2).joined())\" : \"\(text.joined())\"")
      }
      var bytes = Array("{\(members.joined(separator: ","))}".utf8)
      if Bool.random(using: &random), !bytes.isEmpty {
        bytes.remove(at: Int.random(in: 0..<bytes.count, using: &random))
      }
      let model = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String]
      switch read(bytes) {
      case .success(let labels): #expect(LabelSet(model ?? ["not": "read"]) == labels, "seed \(seed)")
      // Foundation takes names twice and none.
      case .failure(let flaw):
        let isStricter = flaw.message.contains("twice") || flaw.message.contains("no name")
        #expect(model == nil || isStricter, "seed \(seed): \(String(decoding: bytes, as: UTF8.self)) \(flaw)")
      }
    }
  }
}
