/// The metadata of series, each once: what a target says of a metric family is the same for hundreds of series.
///
/// - Complexity: every operation constant.
@usableFromInline struct FamilyTable: Sendable {
  @usableFromInline struct Entry: Sendable {
    @usableFromInline var symbols: MetadataSymbols
    /// How many series have it; 0 marks a free number.
    var uses: UInt32
  }

  @usableFromInline var entries: [Entry] = []
  private var free: [UInt32] = []
  private var index = NumberIndex()

  @inlinable subscript(number: UInt32) -> MetadataSymbols { entries[Int(number)].symbols }

  func find(_ symbols: MetadataSymbols) -> UInt32? {
    index.find(Self.hash(symbols)) { entries[Int($0)].symbols == symbols }
  }

  /// Adds metadata that is not there yet and that no series has so far.
  mutating func add(_ symbols: MetadataSymbols) -> UInt32 {
    let entry = Entry(symbols: symbols, uses: 0)
    let number: UInt32
    if let reused = free.popLast() {
      number = reused
      entries[Int(reused)] = entry
    } else {
      number = UInt32(entries.count)
      entries.append(entry)
    }
    index.insert(number, hash: Self.hash(symbols)) { [entries] in Self.hash(entries[Int($0)].symbols) }
    return number
  }

  mutating func addUse(of number: UInt32) { entries[Int(number)].uses += 1 }

  /// - Returns: whether that was the last use, with which the number is free.
  mutating func removeUse(of number: UInt32) -> Bool {
    entries[Int(number)].uses -= 1
    if entries[Int(number)].uses > 0 { return false }
    let symbols = entries[Int(number)].symbols
    index.remove(number, hash: Self.hash(symbols)) { [entries] in Self.hash(entries[Int($0)].symbols) }
    free.append(number)
    return true
  }

  // Symbols are dense numbers; the multiplication spreads them and wraps by intent.
  private static func hash(_ symbols: MetadataSymbols) -> UInt64 {
    let packed = (UInt64(symbols.help) << 32 | UInt64(symbols.unit)) ^ UInt64(symbols.type.rawValue) << 29
    let product = packed &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
  }
}
