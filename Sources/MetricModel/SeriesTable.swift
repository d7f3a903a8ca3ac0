/// The number of a series in the process's ``SeriesTable``. Valid while somebody holds a reference to it; a number
/// that nobody holds is given to another series.
public struct SeriesID: Hashable, Sendable, Comparable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static func < (left: SeriesID, right: SeriesID) -> Bool { left.rawValue < right.rawValue }
}

/// What a request encoder needs of a family, as symbol numbers.
public struct MetadataSymbols: Hashable, Sendable {
  public var type: MetricMetadata.MetricType
  public var help: UInt32
  public var unit: UInt32
  public init(type: MetricMetadata.MetricType, help: UInt32, unit: UInt32) {
    self.type = type
    self.help = help
    self.unit = unit
  }
}

/// Every label set that the process knows, each once, by number.
///
///     let id = table.register(labels, metadata)     // holds one reference
///     table.labels(of: id)
///     table.release(id)
///
/// Scrape caches, the log's readers and all endpoints share one table, so a series costs its labels once however many
/// endpoints it goes to: some 26 bytes and 8 for each label. A series with other metadata is another series here, for
/// Remote Write 2.0 carries metadata with each series.
///
/// - Complexity: registering is linear in the bytes of the labels; everything by number is constant.
public struct SeriesTable: Sendable {
  @usableFromInline struct Slot: Sendable {
    /// Where the symbol numbers of the labels begin in `labelSymbols`: name, value, name, value…
    @usableFromInline var labelStart: UInt32
    @usableFromInline var labelCount: UInt32
    /// The metadata, by its number in `families`.
    @usableFromInline var family: UInt32
    /// How many hold this number; 0 marks a free slot.
    @usableFromInline var references: UInt32
    /// Where in the log this series was defined last, as ``DefinitionMarks`` has it; 0 for nowhere.
    @usableFromInline var definition: UInt32
  }

  public private(set) var symbols = SymbolTable()
  /// The symbol numbers of the labels of all series: name, value, name, value…; ``labelRange(of:)`` says where.
  public private(set) var labelSymbols: [UInt32] = []
  @usableFromInline var slots: [Slot] = []
  @usableFromInline var families = FamilyTable()
  /// The family that was asked for last, while a series has it: those of a family mostly come one behind the other.
  private var lastFamily: (metadata: MetricMetadata, number: UInt32)?
  private var definitions = DefinitionMarks()
  private var freeSlots: [UInt32] = []
  /// Starts of unused runs in `labelSymbols`, by their length in labels.
  private var freeRuns: [UInt32: [UInt32]] = [:]
  private var index = NumberIndex()
  /// Anew for each table, so that nobody outside can choose labels that all fall into one place.
  private let seed = UInt64.random(in: .min ... .max)
  /// Reused by `register`, so that meeting a known series allocates nothing.
  private var scratch: [UInt32] = []

  public init() {}

  /// How many series are held.
  public var count: Int { slots.count - freeSlots.count }

  /// One more than the highest number in use; arrays indexed by number want this size.
  public var numberLimit: Int { slots.count }

  /// The number of the series with these labels and this metadata, with one more reference to it.
  public mutating func register(_ labels: LabelSet, _ metadata: MetricMetadata = .none) -> SeriesID {
    scratch.removeAll(keepingCapacity: true)
    for position in 0..<labels.count {
      scratch.append(symbols.intern(labels.name(at: position)))
      scratch.append(symbols.intern(labels.value(at: position)))
    }
    let family = hold(metadata)
    let hash = runHash(scratch[...], family)
    if let number = index.find(hash, where: { isSlot($0, scratch[...], family) }) {
      slots[Int(number)].references += 1
      // Interning has held each symbol once more, and the series holds its own already.
      for symbol in scratch { symbols.release(symbol) }
      release(family: family)
      return SeriesID(rawValue: number)
    }
    return SeriesID(rawValue: add(family, hash: hash))
  }

  /// The number of the series with these labels and this metadata if it is known. Nothing is held.
  ///
  /// For whoever has the symbols already: it costs no look at a text.
  /// - Parameter labels: symbol numbers: name, value, name, value…, sorted by name.
  public func find(_ labels: [UInt32], _ family: MetadataSymbols) -> SeriesID? {
    guard let family = families.find(family) else { return nil }
    return index.find(runHash(labels[...], family), where: { isSlot($0, labels[...], family) })
      .map(SeriesID.init(rawValue:))
  }

  /// Holds `id` once more.
  public mutating func retain(_ id: SeriesID) {
    let number = Int(id.rawValue)
    precondition(slots[number].references > 0, "series \(number) is retained after it was forgotten")
    slots[number].references += 1
  }

  /// Gives one reference back; with the last one the series is forgotten and its number may be given away.
  public mutating func release(_ id: SeriesID) {
    let number = Int(id.rawValue)
    precondition(slots[number].references > 0, "series \(number) is released more often than it was held")
    slots[number].references -= 1
    guard slots[number].references == 0 else { return }
    let slot = slots[number]
    let run = labelSymbols(of: id)
    index.remove(id.rawValue, hash: runHash(run, slot.family)) { [labelSymbols, slots, seed] other in
      let slot = slots[Int(other)]
      let start = Int(slot.labelStart)
      return Self.hash(labelSymbols[start..<start + Int(slot.labelCount) * 2], slot.family, seed)
    }
    for symbol in run { symbols.release(symbol) }
    release(family: slot.family)
    freeRuns[slot.labelCount, default: []].append(slot.labelStart)
    freeSlots.append(id.rawValue)
  }

  /// Whether more than one holds `id`.
  public func isShared(_ id: SeriesID) -> Bool { slots[Int(id.rawValue)].references > 1 }

  /// Where the labels of `id` lie in ``labelSymbols``.
  @inlinable
  public func labelRange(of id: SeriesID) -> Range<Int> {
    let slot = slots[Int(id.rawValue)]
    let start = Int(slot.labelStart)
    return start..<start + Int(slot.labelCount) * 2
  }

  /// The symbol numbers of the labels: name, value, name, value…, sorted by name.
  public func labelSymbols(of id: SeriesID) -> ArraySlice<UInt32> {
    labelSymbols[labelRange(of: id)]
  }

  @inlinable
  public func metadata(of id: SeriesID) -> MetadataSymbols {
    families[slots[Int(id.rawValue)].family]
  }

  /// Copies the labels of `id` into `labels`, replacing what was there.
  public func copyLabels(of id: SeriesID, into labels: inout LabelSet) {
    labels.removeAll()
    let run = labelSymbols(of: id)
    var position = run.startIndex
    while position < run.endIndex {
      labels.set(symbols.bytes(of: run[position]), symbols.bytes(of: run[position + 1]))
      position += 2
    }
  }

  public func labels(of id: SeriesID) -> LabelSet {
    var labels = LabelSet()
    copyLabels(of: id, into: &labels)
    return labels
  }

  /// Marks `id` as defined in a log segment for the readers of a lane, who see no other lane's records.
  ///
  /// Only the last lane is remembered: a series that two targets bring in turn is defined again each time. That is
  /// rare, and costs bytes and not samples.
  ///
  /// - Returns: true if it was not defined there yet, so that the caller must do it.
  public mutating func needsDefinition(_ id: SeriesID, in segment: UInt32, lane: UInt32) -> Bool {
    let number = Int(id.rawValue)
    guard let mark = definitions.mark(of: segment, lane: lane) else {
      for slot in slots.indices { slots[slot].definition = 0 }
      return true
    }
    if slots[number].definition == mark { return false }
    slots[number].definition = mark
    return true
  }

  // MARK: - Parts

  /// The number of a family, used once more. It holds its symbols itself.
  private mutating func hold(_ metadata: MetricMetadata) -> UInt32 {
    if let lastFamily, lastFamily.metadata == metadata {
      families.addUse(of: lastFamily.number)
      return lastFamily.number
    }
    let family = MetadataSymbols(
      type: metadata.type, help: symbols.intern(metadata.help), unit: symbols.intern(metadata.unit))
    let number: UInt32
    if let known = families.find(family) {
      symbols.release(family.help)
      symbols.release(family.unit)
      number = known
    } else {
      number = families.add(family)
    }
    families.addUse(of: number)
    lastFamily = (metadata, number)
    return number
  }

  private mutating func release(family number: UInt32) {
    let family = families[number]
    guard families.removeUse(of: number) else { return }
    if lastFamily?.number == number { lastFamily = nil }
    symbols.release(family.help)
    symbols.release(family.unit)
  }

  /// Adds the series in `scratch`, which keeps what `intern` held of its symbols and what `hold` held of the family.
  private mutating func add(_ family: UInt32, hash: UInt64) -> UInt32 {
    let labelCount = UInt32(scratch.count / 2)
    let start: UInt32
    if !freeRuns.isEmpty, let free = freeRuns[labelCount]?.popLast() {
      start = free
      labelSymbols.replaceSubrange(Int(free)..<Int(free) + scratch.count, with: scratch)
    } else {
      start = UInt32(labelSymbols.count)
      labelSymbols.reserveEighth(for: scratch.count)
      labelSymbols.append(contentsOf: scratch)
    }
    let slot = Slot(
      labelStart: start, labelCount: labelCount, family: family, references: 1, definition: 0)
    let number: UInt32
    if let free = freeSlots.popLast() {
      number = free
      slots[Int(free)] = slot
    } else {
      number = UInt32(slots.count)
      slots.reserveEighth(for: 1)
      slots.append(slot)
    }
    index.insert(number, hash: hash) { [labelSymbols, slots, seed] other in
      let slot = slots[Int(other)]
      let start = Int(slot.labelStart)
      return Self.hash(labelSymbols[start..<start + Int(slot.labelCount) * 2], slot.family, seed)
    }
    return number
  }

  private func isSlot(_ number: UInt32, _ run: ArraySlice<UInt32>, _ family: UInt32) -> Bool {
    let slot = slots[Int(number)]
    return slot.family == family && Int(slot.labelCount) * 2 == run.count
      && labelSymbols[Int(slot.labelStart)..<Int(slot.labelStart) + run.count] == run
  }

  private func runHash(_ run: ArraySlice<UInt32>, _ family: UInt32) -> UInt64 { Self.hash(run, family, seed) }

  private static func hash(_ run: ArraySlice<UInt32>, _ family: UInt32, _ seed: UInt64) -> UInt64 {
    var hash = (UInt64(family) ^ seed) &* 0x9e37_79b9_7f4a_7c15
    hash ^= hash >> 29
    for symbol in run {
      hash = (hash ^ UInt64(symbol)) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    return hash
  }
}
