/// What series have in common: the names of their labels and their metadata. The series of a metric family mostly have
/// one or two such forms, whatever their number, so that a series itself keeps no more than the values of its labels.
///
/// A form is known by its number while some series has it.
///
/// - Complexity: every operation is constant or linear in the names of a form.
public struct FormTable: Sendable {
  @usableFromInline struct Entry: Sendable {
    @usableFromInline var metadata: MetadataSymbols
    /// Where the names begin in ``FormTable/names``.
    @usableFromInline var nameStart: UInt32
    @usableFromInline var nameCount: UInt32
    /// How many series have it; 0 marks a free number.
    var uses: UInt32
    /// How many forms were added before it: what tells it from others that have its number before and after it.
    var birth: UInt64

    @inlinable var names: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
  }

  /// The symbol numbers of the names of all forms, those of each in their order.
  public private(set) var names = SymbolRuns()
  @usableFromInline var entries: [Entry] = []
  private var free: [UInt32] = []
  private var births: UInt64 = 0
  private var index = NumberIndex()

  init() {}

  /// Where the names of a form lie in ``names``.
  @inlinable public func names(of number: UInt32) -> Range<Int> { entries[Int(number)].names }

  @inlinable public func metadata(of number: UInt32) -> MetadataSymbols { entries[Int(number)].metadata }

  /// Whether the form with this number is the one that was born then.
  func isCurrent(_ number: UInt32, birth: UInt64) -> Bool {
    entries[Int(number)].birth == birth && entries[Int(number)].uses > 0
  }

  /// When the form was born that has this number now.
  func birth(of number: UInt32) -> UInt64 { entries[Int(number)].birth }

  func find(_ names: ArraySlice<UInt32>, _ metadata: MetadataSymbols) -> UInt32? {
    index.find(Self.hash(names, metadata)) { number in
      entries[Int(number)].metadata == metadata && self.names[entries[Int(number)].names] == names
    }
  }

  /// Adds a form that is not there yet and that no series has so far.
  mutating func add(_ names: [UInt32], _ metadata: MetadataSymbols) -> UInt32 {
    let entry = Entry(
      metadata: metadata, nameStart: self.names.add(names.span), nameCount: UInt32(names.count), uses: 0,
      birth: births)
    births += 1
    let number: UInt32
    if let reused = free.popLast() {
      number = reused
      entries[Int(reused)] = entry
    } else {
      number = UInt32(entries.count)
      entries.append(entry)
    }
    index.insert(number, hash: Self.hash(names[...], metadata)) { [entries, names = self.names] in
      let entry = entries[Int($0)]
      return Self.hash(names[entry.names], entry.metadata)
    }
    return number
  }

  mutating func addUse(of number: UInt32) { entries[Int(number)].uses += 1 }

  /// - Returns: whether that was the last use. The caller then gives the symbols back and removes the form.
  mutating func removeUse(of number: UInt32) -> Bool {
    entries[Int(number)].uses -= 1
    return entries[Int(number)].uses == 0
  }

  /// Forgets a form without uses; its number is free.
  mutating func remove(_ number: UInt32) {
    let entry = entries[Int(number)]
    index.remove(number, hash: Self.hash(names[entry.names], entry.metadata)) { [entries, names] in
      let entry = entries[Int($0)]
      return Self.hash(names[entry.names], entry.metadata)
    }
    names.remove(entry.names)
    free.append(number)
  }

  // Symbols are dense numbers; the multiplications spread them and wrap by intent.
  private static func hash(_ names: ArraySlice<UInt32>, _ metadata: MetadataSymbols) -> UInt64 {
    var hash = (UInt64(metadata.help) << 32 | UInt64(metadata.unit)) ^ UInt64(metadata.type.rawValue) << 29
    hash = hash &* 0x9e37_79b9_7f4a_7c15
    hash ^= hash >> 29
    for name in names {
      hash = (hash ^ UInt64(name)) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    return hash
  }
}
