import ByteCoding

/// The number of a series in the process's ``SeriesTable``. Valid while somebody holds a reference to it; a number
/// that nobody holds is given to another series.
public struct SeriesID: Hashable, Sendable, Comparable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static func < (left: SeriesID, right: SeriesID) -> Bool { left.rawValue < right.rawValue }
}

/// What a request encoder needs of a metric family, as symbol numbers.
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
/// endpoints it goes to: some 18 bytes and 4 for each label, whose names it shares with others of its form. A series with
/// other metadata is another series here, for Remote Write 2.0 carries metadata with each series.
///
/// - Complexity: registering is linear in the bytes of the labels; everything by number is constant.
public struct SeriesTable: Sendable {
  @usableFromInline struct Slot: Sendable {
    /// Where the symbol numbers of the values of its labels begin in ``SeriesTable/values``.
    @usableFromInline var valueStart: UInt32
    /// The names of the labels and the metadata, by their number in ``SeriesTable/forms``.
    @usableFromInline var form: UInt32
    /// How many hold this number; 0 marks a free slot. What ``referencesMax`` have held at once stays for good.
    var references: UInt16
    /// Where in the log this series was defined last, as ``DefinitionMarks`` has it; 0 for nowhere.
    var definition: UInt16
  }

  /// Where counting ends. A holder is a target, a shard of an endpoint, or a series that write relabelling makes this one:
  /// only those may be as many, and of the series that so many become there are few.
  static let referencesMax = UInt16.max

  public private(set) var symbols = SymbolTable()
  /// The symbol numbers of the values of the labels of all series.
  public private(set) var values = SymbolRuns()
  /// The names of the labels and the metadata of all series.
  public private(set) var forms = FormTable()
  @usableFromInline var slots: [Slot] = []
  /// The form that was asked for last, while a series has it: those of a family mostly come one behind the other.
  private var lastForm: (metadata: MetricMetadata, number: UInt32)?
  private var definitions = DefinitionMarks()
  private var freeSlots: [UInt32] = []
  private var index = NumberIndex()
  /// Anew for each table, so that nobody outside can choose labels that all fall into one place.
  private let seed = UInt64.random(in: .min ... .max)
  // Reused by `register`, so that meeting a known series allocates nothing.
  private var newNames: [UInt32] = []
  /// Between calls the values of the series registered last: the next one mostly shares some of them.
  private var newValues: [UInt32] = []

  public init() {}

  /// How many series are held.
  public var count: Int { slots.count - freeSlots.count }

  /// One more than the highest number in use; arrays indexed by number want this size.
  public var numberLimit: Int { slots.count }

  /// The number of the series with these labels and this metadata, with one more reference to it.
  public mutating func register(_ labels: LabelSet, _ metadata: MetricMetadata = .none) -> SeriesID {
    let form = holdForm(labels, metadata)
    Self.findValues(labels, in: &symbols, &newValues)
    let (id, isNew) = register(form, newValues)
    if !isNew { release(form: form) }
    return id
  }

  /// The number of the series that a line of text is about, with one more reference to it.
  ///
  /// - Parameters:
  ///   - pattern: one that matches the line.
  ///   - text: of the line's series, which `name` and `labels` are places in. No label is without a value.
  ///   - changed: one bit for each label: 0 if it is, value and all, that of the line for which the pattern was used last
  ///     and whose series has been held since; nil if that may not be said.
  /// - Returns: nil if nobody has a series like that from which the pattern was made any more: then it is of no use.
  /// - Complexity: as ``register(_:_:)``, without a look at the names of the labels.
  public mutating func register(
    _ pattern: inout SeriesPattern, _ text: Span<UInt8>, _ name: Range<Int>, _ labels: Span<LabelPlace>,
    changed: UInt64?
  ) -> SeriesID? {
    guard forms.isCurrent(pattern.form, birth: pattern.birth) else { return nil }
    pattern.findValues(text, name, labels, changed: changed, in: &symbols)
    let (id, isNew) = register(pattern.form, pattern.values)
    if isNew { forms.addUse(of: pattern.form) }
    return id
  }

  /// The number of the series with these labels and this metadata if it is known. Nothing is held.
  ///
  /// For whoever has the symbols already: it costs no look at a text.
  /// - Parameter labels: sorted by name.
  public func find(_ labels: LabelSymbols, _ metadata: MetadataSymbols) -> SeriesID? {
    guard let form = forms.find(labels.names[...], metadata) else { return nil }
    let values = labels.values.span
    return index.find(Self.hash(values, form, seed), where: { isSlot($0, values, form) })
      .map(SeriesID.init(rawValue:))
  }

  /// Holds `id` once more.
  public mutating func retain(_ id: SeriesID) {
    let number = Int(id.rawValue)
    precondition(slots[number].references > 0, "series \(number) is retained after it was forgotten")
    if slots[number].references < Self.referencesMax { slots[number].references += 1 }
  }

  /// Gives one reference back; with the last one the series is forgotten and its number may be given away.
  public mutating func release(_ id: SeriesID) {
    let number = Int(id.rawValue)
    precondition(slots[number].references > 0, "series \(number) is released more often than it was held")
    // How many more have held it is not known.
    if slots[number].references == Self.referencesMax { return }
    slots[number].references -= 1
    guard slots[number].references == 0 else { return }
    let form = slots[number].form
    let run = values(of: id, count: forms.names(of: form).count)
    Self.remove(id, from: &index, slots, values.symbols, forms.entries, seed)
    Self.release(run, of: values, in: &symbols)
    values.remove(run)
    release(form: form)
    freeSlots.append(id.rawValue)
  }

  /// Whether anybody holds `id`; false for a number that never was one.
  public func isHeld(_ id: SeriesID) -> Bool {
    Int(id.rawValue) < slots.count && slots[Int(id.rawValue)].references > 0
  }

  /// Whether more than one holds `id`.
  public func isShared(_ id: SeriesID) -> Bool { slots[Int(id.rawValue)].references > 1 }

  /// The number in ``forms`` of what `id` has in common with others.
  @inlinable
  public func form(of id: SeriesID) -> UInt32 { slots[Int(id.rawValue)].form }

  /// Where the values of the labels of `id` lie in ``values``, if its form has `count` names.
  @inlinable
  public func values(of id: SeriesID, count: Int) -> Range<Int> {
    let start = Int(slots[Int(id.rawValue)].valueStart)
    return start..<start + count
  }

  /// The symbol numbers of the names of the labels, sorted by name.
  public func labelNames(of id: SeriesID) -> ArraySlice<UInt32> { forms.names[forms.names(of: form(of: id))] }

  /// The symbol numbers of the values of the labels, in the order of their names.
  public func labelValues(of id: SeriesID) -> ArraySlice<UInt32> {
    values[values(of: id, count: forms.names(of: form(of: id)).count)]
  }

  @inlinable
  public func metadata(of id: SeriesID) -> MetadataSymbols { forms.metadata(of: form(of: id)) }

  /// Copies the labels of `id` into `labels`, replacing what was there.
  public func copyLabels(of id: SeriesID, into labels: inout LabelSet) {
    labels.removeAll()
    for (name, value) in zip(labelNames(of: id), labelValues(of: id)) {
      labels.set(symbols.bytes(of: name), symbols.bytes(of: value))
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

  /// Puts the symbols of the values of `labels` into `values`. They are not held yet.
  private static func findValues(_ labels: LabelSet, in symbols: inout SymbolTable, _ values: inout [UInt32]) {
    while values.count < labels.count { values.append(0) }
    if values.count > labels.count { values.removeLast(values.count - labels.count) }
    let (text, entries) = (labels.arena.span, labels.entries.span)
    var values = values.mutableSpan
    for position in entries.indices {
      values[position] = symbols.number(of: text.extracting(entries[position].value), guessing: values[position])
    }
  }

  /// Holds the series of this form with these values, and the values if it is a new one: the form is left to the caller.
  private mutating func register(_ form: UInt32, _ values: [UInt32]) -> (id: SeriesID, isNew: Bool) {
    let values = values.span
    let hash = Self.hash(values, form, seed)
    if let number = index.find(hash, where: { isSlot($0, values, form) }) {
      retain(SeriesID(rawValue: number))
      return (SeriesID(rawValue: number), false)
    }
    symbols.retain(values)
    return (SeriesID(rawValue: add(form, values, hash: hash)), true)
  }

  /// The number of the form of a series, used once more. It holds its symbols itself.
  private mutating func holdForm(_ labels: LabelSet, _ metadata: MetricMetadata) -> UInt32 {
    if let lastForm, lastForm.metadata == metadata, hasNames(of: lastForm.number, labels) {
      forms.addUse(of: lastForm.number)
      return lastForm.number
    }
    newNames.removeAll(keepingCapacity: true)
    for position in 0..<labels.count { newNames.append(symbols.intern(labels.name(at: position))) }
    let metadataSymbols = hold(metadata)
    let number: UInt32
    if let known = forms.find(newNames[...], metadataSymbols) {
      number = known
      releaseSymbols(newNames[...], metadataSymbols)
    } else {
      number = forms.add(newNames, metadataSymbols)
    }
    forms.addUse(of: number)
    lastForm = (metadata, number)
    return number
  }

  /// The symbols of metadata, held once more.
  private mutating func hold(_ metadata: MetricMetadata) -> MetadataSymbols {
    guard let lastForm, lastForm.metadata == metadata else {
      return MetadataSymbols(
        type: metadata.type, help: symbols.intern(metadata.help), unit: symbols.intern(metadata.unit))
    }
    let known = forms.metadata(of: lastForm.number)
    symbols.retain(known.help)
    symbols.retain(known.unit)
    return known
  }

  /// Whether the labels have the names of a form. Comparing texts costs less than to find their numbers.
  private func hasNames(of form: UInt32, _ labels: LabelSet) -> Bool {
    let names = forms.names(of: form)
    guard names.count == labels.count else { return false }
    let (text, known, numbers) = (labels.arena.span, symbols.arena.span, forms.names.symbols.span)
    for position in 0..<labels.count {
      let (start, count) = symbols.location(of: numbers[names.lowerBound + position])
      guard text.extracting(labels.entries[position].name).isSame(as: known.extracting(start..<start + count))
      else { return false }
    }
    return true
  }

  private mutating func release(form number: UInt32) {
    guard forms.removeUse(of: number) else { return }
    if lastForm?.number == number { lastForm = nil }
    releaseSymbols(forms.names[forms.names(of: number)], forms.metadata(of: number))
    forms.remove(number)
  }

  private mutating func releaseSymbols(_ names: ArraySlice<UInt32>, _ metadata: MetadataSymbols) {
    for name in names { symbols.release(name) }
    symbols.release(metadata.help)
    symbols.release(metadata.unit)
  }

  /// Adds a series, which keeps what was held of its values and of its form.
  private mutating func add(_ form: UInt32, _ run: Span<UInt32>, hash: UInt64) -> UInt32 {
    let slot = Slot(valueStart: values.add(run), form: form, references: 1, definition: 0)
    let number: UInt32
    if let free = freeSlots.popLast() {
      number = free
      slots[Int(free)] = slot
    } else {
      number = UInt32(slots.count)
      slots.reserveSparingly(for: 1)
      slots.append(slot)
    }
    if index.isFull {
      index.grow { [slots, symbols = values.symbols, forms = forms.entries, seed] in
        Self.hash(of: slots[Int($0)], symbols.span, forms.span, seed)
      }
    }
    index.insert(number, hash: hash)
    return number
  }

  private static func release(_ run: Range<Int>, of values: SymbolRuns, in symbols: inout SymbolTable) {
    symbols.release(values.symbols.span.extracting(run))
  }

  /// Takes the arrays as they are: a closure that looks at properties counts the owner of each.
  private static func remove(
    _ id: SeriesID, from index: inout NumberIndex, _ slots: [Slot], _ symbols: [UInt32], _ forms: [FormTable.Entry],
    _ seed: UInt64
  ) {
    let (slots, symbols, forms) = (slots.span, symbols.span, forms.span)
    index.remove(id.rawValue, hash: hash(of: slots[Int(id.rawValue)], symbols, forms, seed)) {
      hash(of: slots[Int($0)], symbols, forms, seed)
    }
  }

  private func isSlot(_ number: UInt32, _ run: Span<UInt32>, _ form: UInt32) -> Bool {
    let slot = slots[Int(number)]
    guard slot.form == form else { return false }
    // Those of a form have as many values.
    let known = values.symbols.span.extracting(Int(slot.valueStart)..<Int(slot.valueStart) + run.count)
    for place in run.indices where known[place] != run[place] { return false }
    return true
  }

  private static func hash(
    of slot: Slot, _ symbols: Span<UInt32>, _ forms: Span<FormTable.Entry>, _ seed: UInt64
  ) -> UInt64 {
    let start = Int(slot.valueStart)
    return hash(symbols.extracting(start..<start + Int(forms[Int(slot.form)].nameCount)), slot.form, seed)
  }

  private static func hash(_ values: Span<UInt32>, _ form: UInt32, _ seed: UInt64) -> UInt64 {
    var hash = (UInt64(form) ^ seed) &* 0x9e37_79b9_7f4a_7c15
    hash ^= hash >> 29
    for place in values.indices {
      hash = (hash ^ UInt64(values[place])) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    return hash
  }
}
