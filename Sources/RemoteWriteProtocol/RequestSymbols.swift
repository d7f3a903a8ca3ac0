import MetricModel

/// The symbol table of one Remote Write 2.0 request, numbered through an array instead of a hash table.
///
/// The array is indexed by the number a text has in the process's `SymbolTable`. An element holds the text's number in
/// the request as a ready varint, under the stamp of the request it is valid for, so that beginning a request costs
/// nothing and naming a label costs one load. Every shard of every endpoint has such an array, so an element has four
/// bytes: what they do not hold, the numbers from ``stampedMax`` on, is looked up by its text. So is text that is not in
/// the process's table, such as the labels of exemplars.
struct RequestSymbols: Sendable {
  /// Stamp in the high 8 bits, varint in the low 24. 0 is never valid.
  private var stamped: [UInt32] = []
  /// The stamp of this request, in place in the high bits.
  private var stamp: UInt32 = 0
  /// Field 4 of the request, once for each symbol.
  private(set) var buffer = WireBuffer()

  /// The symbols of the request, the empty one included, by the numbers that they have in the process's table;
  /// `unnumbered` for those that have none.
  private var numbers: [UInt32] = []
  private static let unnumbered = UInt32.max
  private var reuseCount: UInt64 = 0
  /// Text without a number in the process's table, or that was forgotten there, or whose symbol no element holds;
  /// `straySymbols`, indexed by the number in `strays`, says which symbol of the request it is.
  private var strays = SymbolTable()
  private var straySymbols = [0]

  /// The first symbol of a request whose varint does not fit below a stamp: three bytes hold 21 bits.
  static let stampedMax = 1 << 21
  private static let varintMask: UInt32 = 1 << 24 - 1
  private static let stampUnit: UInt32 = 1 << 24
  /// ``stampedMax``, or less where a test says so.
  private let stampedMax: Int

  init(stampedMax: Int = Self.stampedMax) {
    self.stampedMax = stampedMax
    reset()
  }

  /// Begins another request.
  mutating func reset() {
    stamp &+= Self.stampUnit
    if stamp == 0 {
      // After 255 requests the stamps begin anew, and none of the old ones may seem valid.
      for index in stamped.indices { stamped[index] = 0 }
      stamp = Self.stampUnit
    }
    buffer.removeAll()
    numbers.removeAll(keepingCapacity: true)
    if straySymbols.count > 1 {
      strays.removeAll()
      straySymbols.removeSubrange(1...)
    }
    // symbols[0] is the empty string.
    numbers.append(0)
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

  /// The bytes that a varint takes.
  @inline(__always)
  static func varintWidth(_ varint: UInt64) -> Int {
    (~varint & 0x80_8080_8080).trailingZeroBitCount >> 3 + 1
  }

  /// The varint of the text of `number`. A text that has no place in the request yet gets one.
  @inline(__always)
  mutating func varint(of number: UInt32, in symbols: SymbolTable) -> UInt64 {
    // Another stamp leaves something above the varint.
    let varint = stamped[Int(number)] ^ stamp
    return varint <= Self.varintMask ? UInt64(varint) : assign(number, in: symbols)
  }

  @inline(never)
  private mutating func assign(_ number: UInt32, in symbols: SymbolTable) -> UInt64 {
    let symbol: Int
    if straySymbols.count > 1, let stray = strays.find(symbols.bytes(of: number)) {
      symbol = straySymbols[Int(stray)]
      numbers[symbol] = number
    } else {
      symbol = numbers.count
      numbers.append(number)
      let (start, count) = symbols.location(of: number)
      append(symbols.arena.span, start: start, count: count)
      if symbol >= stampedMax {
        strays.intern(symbols.bytes(of: number))
        straySymbols.append(symbol)
      }
    }
    let varint = Self.varint(symbol)
    if symbol < stampedMax { stamped[Int(number)] = stamp | UInt32(truncatingIfNeeded: varint) }
    return varint
  }

  /// The varint of a text that need not be in the process's table.
  mutating func varint(of text: ArraySlice<UInt8>, in symbols: SymbolTable) -> UInt64 {
    if let number = symbols.find(text) { return varint(of: number, in: symbols) }
    if let stray = strays.find(text) { return Self.varint(straySymbols[Int(stray)]) }
    let symbol = numbers.count
    numbers.append(Self.unnumbered)
    append(text.span, start: 0, count: text.count)
    strays.intern(text)
    straySymbols.append(symbol)
    return Self.varint(symbol)
  }

  /// Five bytes hold the numbers of 2^35 symbols, each of which takes two bytes at least.
  @inline(__always)
  private static func varint(_ symbol: Int) -> UInt64 { Varint.word(UInt64(symbol)) }

  @inline(__always)
  private mutating func append(_ text: Span<UInt8>, start: Int, count: Int) {
    buffer.write(room: count + 12) { writer in
      if count < 0x80 {
        writer.lowBytes(of: 0x22 | UInt64(count) << 8, count: 2)
      } else {
        writer.varint(0x22, UInt64(count))
      }
      writer.copy(text, start: start, count: count)
    }
  }

  private mutating func grow(to count: Int) {
    stamped.reserveSparingly(for: count - stamped.count)
    // Not all that was reserved, for what is written takes memory.
    let wanted = min(stamped.capacity, count + count / 8)
    stamped.append(contentsOf: repeatElement(0, count: wanted - stamped.count))
  }

  /// Forgets what was numbered under a process-wide number that now means another text.
  private mutating func recheck(_ symbols: SymbolTable) {
    reuseCount = symbols.reuseCount
    let bytes = buffer.bytes
    var position = 0
    for symbol in numbers.indices {
      let place = Self.text(in: bytes.span, at: &position)
      let number = numbers[symbol]
      if number == Self.unnumbered || symbols.isText(of: number, bytes.span.extracting(place)) { continue }
      let text = bytes[place]
      stamped[Int(number)] = 0
      numbers[symbol] = Self.unnumbered
      // The text stays in the request; whoever needs it again finds it among the strays.
      if strays.find(text) == nil {
        strays.intern(text)
        straySymbols.append(symbol)
      }
    }
  }

  /// Where the text of the field lies that begins at `position`, which becomes that of the next one.
  private static func text(in bytes: Span<UInt8>, at position: inout Int) -> Range<Int> {
    var (count, shift) = (0, 0)
    repeat {
      position += 1
      count |= Int(bytes[position] & 0x7f) << shift
      shift += 7
    } while bytes[position] >= 0x80
    let start = position + 1
    position = start + count
    return start..<position
  }
}
