import ByteCoding
import MetricModel

/// The texts that a record mentions, each once, numbered as they come: symbols of the process, and what the record calls
/// them.
struct RecordTexts {
  private var symbols: [UInt32] = []
  /// By symbol, the place in ``symbols``.
  private var index = NumberIndex()

  /// What the record calls a symbol of the process.
  mutating func number(of symbol: UInt32) -> UInt32 {
    let hash = Self.hash(symbol)
    if let known = index.find(hash, where: { symbols[Int($0)] == symbol }) { return known }
    let number = UInt32(symbols.count)
    symbols.append(symbol)
    index.insert(number, hash: hash) { [symbols] in Self.hash(symbols[Int($0)]) }
    return number
  }

  /// Appends how many texts there are, and each with its length.
  func write(of table: SymbolTable, into bytes: inout [UInt8]) {
    var room = 5
    for symbol in symbols {
      let count = table.location(of: symbol).count
      // Nearly all lengths take one byte.
      room += count + (count < 0x80 ? 1 : 5)
    }
    bytes.append(addingCapacity: room) { output in
      Varint.append(UInt32(symbols.count), to: &output)
      for symbol in symbols {
        let (start, count) = table.location(of: symbol)
        Varint.append(UInt32(count), to: &output)
        output.append(table.arena.span.extracting(start..<start + count))
      }
    }
  }

  /// Forgets the texts and keeps the memory.
  mutating func removeAll() {
    symbols.removeAll(keepingCapacity: true)
    index.removeAll()
  }

  // Symbols are dense numbers, so one multiplication spreads them; it wraps by intent.
  private static func hash(_ symbol: UInt32) -> UInt64 { (UInt64(symbol) &* 0x9e37_79b9_7f4a_7c15) >> 32 }
}
