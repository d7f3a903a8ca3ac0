import GodwitTesting
import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("The symbols of a request")
struct RequestSymbolsTests {
  /// The texts of a request's symbols, read out of its bytes.
  private func texts(_ symbols: RequestSymbols) throws -> [String] {
    let read = try DecodedWriteRequest(decoding: Array(symbols.buffer.bytes), version: .v2)
    return read.symbols.map { String(decoding: read.body[Int($0.lowerBound)..<Int($0.upperBound)], as: UTF8.self) }
  }

  /// The number that a varint in the low bytes of a word stands for.
  private func number(_ varint: UInt64) -> Int {
    (0..<5).reduce(0) { $0 | Int(varint >> UInt64(8 * $1) & 0x7f) << (7 * $1) }
  }

  @Test(
    "A text has one symbol in a request, which names it, whichever of them an element of the array holds",
    arguments: [1, 2, 100, RequestSymbols.stampedMax], SeededRandom.seeds)
  func model(stampedMax: Int, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var table = SymbolTable()
    let known = (0..<300).map { table.intern("known \($0)") }
    var symbols = RequestSymbols(stampedMax: stampedMax)
    // More requests than there are stamps.
    for request in 0..<600 {
      symbols.prepare(for: table)
      var model: [String: Int] = ["": 0]
      for _ in 0..<(request % 50 == 0 ? 500 : 3) {
        let place = Int.random(in: 0..<300, using: &random)
        let text = random.oneIn(5) ? "stray \(place)" : "known \(place)"
        let varint =
          text.hasPrefix("known")
          ? symbols.varint(of: known[place], in: table) : symbols.varint(of: ArraySlice(text.utf8), in: table)
        #expect(RequestSymbols.varintWidth(varint) == (number(varint) < 128 ? 1 : 2))
        #expect(number(varint) == model[text, default: model.count], "seed \(seed), request \(request), \(text)")
        model[text] = number(varint)
      }
      if request % 50 == 0 {
        let expected = model.sorted { $0.value < $1.value }.map(\.key)
        #expect(try texts(symbols) == expected, "seed \(seed), request \(request)")
      }
      symbols.reset()
    }
  }
}
