import MetricModel

/// The symbol table of one Remote Write 2.0 request, numbered through an array instead of a hash table.
///
/// The array is indexed by the number a text has in the process's `SymbolTable`. An element holds the text's number in
/// the request as a ready varint, under the stamp of the request it is valid for, so that beginning a request costs
/// nothing and naming a label costs one load. Text that is not in the process's table, such as the labels of
/// exemplars, goes through a small table of the request's own.
struct RequestSymbols: Sendable {
  /// Stamp in the high 24 bits, varint in the low 40. 0 is never valid.
  var stamped: [UInt64] = []
  /// The stamp of this request, in place in the high bits.
  private(set) var stamp: UInt64 = 0
  /// Field 4 of the request, once for each symbol.
  private(set) var buffer = WireBuffer()

  /// How many symbols the request has, the empty one included.
  private var count: UInt64 = 0
  /// A symbol of the request: where its text lies in `buffer`, and its number as a varint.
  private struct Symbol: Sendable {
    var start: Int
    var count: Int
    var varint: UInt64
  }
  /// What was numbered through `stamped`, to check it again when numbers of the process's table were reused.
  private var assignments: [(number: UInt32, symbol: Symbol)] = []
  private var reuseCount: UInt64 = 0
  /// Text numbered without the process's table; the array is indexed by the number in `strays`.
  private var strays = SymbolTable()
  private var straySymbols = [Symbol(start: 0, count: 0, varint: 0)]

  static let varintMask: UInt64 = 1 << 40 - 1
  private static let stampUnit: UInt64 = 1 << 40

  init() { reset() }

  /// Begins another request.
  mutating func reset() {
    stamp &+= Self.stampUnit
    if stamp == 0 {
      // After 2^24 requests the stamps begin anew, and none of the old ones may seem valid.
      for index in stamped.indices { stamped[index] = 0 }
      stamp = Self.stampUnit
    }
    buffer.removeAll()
    assignments.removeAll(keepingCapacity: true)
    strays.removeAll()
    straySymbols.removeSubrange(1...)
    count = 1
    // symbols[0] is the empty string.
    buffer.write(room: 2) { $0.varint(0x22, 0) }
    if stamped.isEmpty { stamped.append(0) }
    stamped[0] = stamp
  }

  /// Makes the array fit for the numbers of `symbols`; to be called before each series.
  @inline(__always)
  mutating func prepare(for symbols: SymbolTable) {
    if stamped.count < symbols.numberLimit { grow(to: symbols.numberLimit) }
    if symbols.reuseCount != reuseCount { recheck(symbols) }
  }

  /// The bytes that a varint in `stamped` takes.
  @inline(__always)
  static func varintWidth(_ word: UInt64) -> Int {
    (~word & 0x80_8080_8080).trailingZeroBitCount >> 3 + 1
  }

  /// Gives the text of `number` a place in this request unless it has one.
  mutating func assign(_ number: UInt32, in symbols: SymbolTable) {
    if stamped[Int(number)] & ~Self.varintMask == stamp { return }
    let text = symbols.bytes(of: number)
    let symbol: Symbol
    if strays.count > 1, let stray = strays.find(text) {
      symbol = straySymbols[Int(stray)]
    } else {
      symbol = append(text)
    }
    stamped[Int(number)] = stamp | symbol.varint
    assignments.append((number, symbol))
  }

  /// The varint of a text that need not be in the process's table.
  mutating func varint(of text: ArraySlice<UInt8>, in symbols: SymbolTable) -> UInt64 {
    if let number = symbols.find(text) {
      assign(number, in: symbols)
      return stamped[Int(number)] & Self.varintMask
    }
    if let stray = strays.find(text) { return straySymbols[Int(stray)].varint }
    let symbol = append(text)
    strays.intern(text)
    straySymbols.append(symbol)
    return symbol.varint
  }

  private mutating func append(_ text: ArraySlice<UInt8>) -> Symbol {
    // Five bytes of varint hold 2^35 symbols, each of which takes two bytes at least.
    let varint = Varint.word(count)
    count += 1
    buffer.write(room: text.count + 12) { $0.text(0x22, text) }
    return Symbol(start: buffer.count - text.count, count: text.count, varint: varint)
  }

  private mutating func grow(to count: Int) {
    stamped.append(contentsOf: repeatElement(0, count: max(count, stamped.count * 2) - stamped.count))
  }

  /// Forgets what was numbered under a process-wide number that now means another text.
  private mutating func recheck(_ symbols: SymbolTable) {
    reuseCount = symbols.reuseCount
    var index = 0
    while index < assignments.count {
      let (number, symbol) = assignments[index]
      let text = buffer.bytes[symbol.start..<symbol.start + symbol.count]
      if symbols.bytes(of: number) == text {
        index += 1
        continue
      }
      stamped[Int(number)] = 0
      // The text stays in the request; whoever needs it again finds it among the strays.
      if strays.find(text) == nil {
        strays.intern(text)
        straySymbols.append(symbol)
      }
      assignments.swapAt(index, assignments.count - 1)
      assignments.removeLast()
    }
  }
}
