import DurableLog
import MetricModel
import Relabeling
import SampleLog

/// Which series of the endpoint a series number in the log stands for.
///
/// External labels and `write_relabel_configs` are applied here, once for a series: the verdict is kept while the
/// series goes on being mentioned, over segments, and a run of samples costs a copy out of an array. A series takes
/// four bytes here if it is sent as it is and the log has the process's own number for it, as it has for all that was
/// written since the process began. Otherwise it takes eight, and four more where labels may be changed.
struct SeriesResolver {
  /// Stands for a series that `write_relabel_configs` drop.
  static let dropped = UInt32.max
  /// Stands for a number whose definition could not be read.
  static let unknown = UInt32.max - 1

  private let registry: SeriesRegistry
  private let externalLabels: LabelSet
  private let program: RelabelProgram
  /// Whether a series may be sent as another one than it is in the log.
  private let changesSeries: Bool
  private var segment: SegmentNumber = 0
  /// The meaning of the numbers of `segment`, but for those that ``mentions`` tells.
  private var meanings = SeriesColumn(absent: Self.unknown)
  /// By the process's number of the series as it is in the log, what to send it as; ``dropped`` if nothing. Held, like
  /// the series itself. Empty where every series is sent as it is.
  private var verdicts = SeriesColumn(absent: Self.unknown)
  /// By the same number, how the series was mentioned last, as ``mention(asItself:)`` says it; 0 for one that is not
  /// known.
  private var mentions = SeriesColumn(absent: 0)
  /// By the same number, what to send it as in 1.0, held too; for those that are sent as another one there.
  private var escaped: [UInt32: UInt32] = [:]
  /// How many segments were begun. Segments may begin anew with 1, when a log is replaced; epochs only go up.
  private var epoch: UInt32 = 1
  /// The segments whose series may still be needed, oldest first.
  private var epochs: [(segment: SegmentNumber, epoch: UInt32)] = [(0, 1)]

  // Of one series; here so that their memory is used again.
  private var labels = LabelSymbols()
  private var outgoing = LabelSet()
  private var scratch = RelabelScratch()

  /// How names are escaped for 1.0; nil until the first request of that kind, so that 2.0 pays nothing for it.
  private var escaping: NameEscaping?
  private(set) var escapes = NameEscapes.none
  /// By the hash of the labels that are sent in 1.0, the series that is sent with them; empty until a first name had to
  /// be escaped.
  private var owners: [Int: UInt32] = [:]

  init(registry: SeriesRegistry, externalLabels: LabelSet, program: RelabelProgram) {
    self.registry = registry
    self.externalLabels = externalLabels
    self.program = program
    changesSeries = !externalLabels.isEmpty || !program.isEmpty
  }

  /// What is noted of a series that the segment mentions: twice the epoch, and one more if the number that the segment
  /// has for it is the process's own and it is sent as it is. Then that number needs no meaning of its own.
  private func mention(asItself: Bool) -> UInt32 { epoch << 1 | (asItself ? 1 : 0) }

  /// The series to send for number `number` of the current segment, or ``dropped`` or ``unknown``.
  func resolve(_ number: UInt32) -> UInt32 {
    let meaning = meanings[number]
    return meaning == Self.unknown && mentions[number] == mention(asItself: true) ? number : meaning
  }

  /// Appends what ``resolve(_:)`` says of each number of a run to `column`.
  ///
  /// - Parameter first: the index in the run to begin with.
  func resolve(_ run: SeriesRun, from first: Int, into column: inout [UInt32]) {
    let start = column.count
    var number = run.first + UInt32(first)
    if meanings.isEmpty {
      let wanted = mention(asItself: true)
      mentions.append(run, from: first, to: &column)
      var column = column.mutableSpan
      for index in start..<column.count {
        column[index] = column[index] == wanted ? number : Self.unknown
        number &+= 1
      }
    } else {
      meanings.append(run, from: first, to: &column)
      for index in start..<column.count {
        if column[index] == Self.unknown { column[index] = resolve(number) }
        number &+= 1
      }
    }
  }

  /// Notes that the segment has `number` for `source`.
  private mutating func note(_ number: UInt32, means source: UInt32) {
    let sent = sent(source)
    let isItself = number == source && sent == source
    // It may have been mentioned by its own number before, which goes on being good.
    if isItself || mentions[source] != mention(asItself: true) { mentions[source] = mention(asItself: isItself) }
    if !isItself {
      meanings[number] = sent
    } else if meanings[number] != Self.unknown {
      meanings[number] = Self.unknown
    }
  }

  /// What the columns take, in bytes.
  var byteCount: Int { meanings.byteCount + verdicts.byteCount + mentions.byteCount }

  /// Begins a segment: its numbers are defined anew, and what the last two did not mention is forgotten.
  ///
  /// `oldestWaiting` is the segment of the oldest sample that was resolved and is not settled: what was mentioned from
  /// there on is still needed, for a sample names its series by number.
  mutating func begin(_ newSegment: SegmentNumber, oldestWaiting: SegmentNumber?) {
    guard newSegment != segment else { return }
    let waiting = oldestWaiting.flatMap { oldest in epochs.first { $0.segment == oldest }?.epoch }
    let needed = min(epoch, waiting ?? epoch)
    // Never comes round, nor twice of it: a segment takes longer than a microsecond, by far.
    epoch += 1
    epochs.removeAll { $0.epoch < needed }
    epochs.append((newSegment, epoch))
    segment = newSegment
    meanings.removeAll()
    forget(before: needed)
  }

  mutating func define(_ number: UInt32, _ labels: LabelSet, _ metadata: MetricMetadata) {
    let source = registry.withTable { $0.register(labels, metadata) }
    outgoing = labels
    meet(source, metadata)
    note(number, means: source.rawValue)
  }

  /// Finds out what to send a series as, whose labels are in ``outgoing``, and keeps the reference to it that the caller
  /// took. One that is known already is given back.
  private mutating func meet(_ source: SeriesID, _ metadata: MetricMetadata) {
    guard mentions[source.rawValue] == 0 else {
      registry.withTable { $0.release(source) }
      return
    }
    let sent = verdict(on: source, metadata)
    if changesSeries { verdicts[source.rawValue] = sent }
    if let other = escape(sent) { escaped[source.rawValue] = other }
  }

  /// So many series are defined before others get at the table.
  private static let definedAtOnce = 128

  /// Takes in what a record defines; `bytes` are those it was decoded from.
  ///
  /// - Complexity: linear in the texts and the labels, of which only the texts are hashed. Series that the process does
  ///   not know, and such as may be sent with other labels and are new here, cost more.
  mutating func define(_ definitions: SeriesDefinitions, in bytes: [UInt8]) {
    if definitions.isEmpty { return }
    var rest = definitions.all[...]
    var symbols = FoundSymbols(count: definitions.strings.count)
    // Those that are more work than is done while others wait for the table, and their series where that is known.
    var strange: [(definition: SeriesDefinitions.Definition, source: SeriesID?)] = []
    // Neighbours mostly share it.
    var family: (of: SeriesDefinitions.Definition?, metadata: MetricMetadata) = (nil, .none)
    while !rest.isEmpty {
      let portion = rest.prefix(Self.definedAtOnce)
      rest = rest.dropFirst(portion.count)
      registry.withTable { table in
        symbols.forget()
        for definition in portion {
          let source =
            Self.itself(definition, definitions, bytes, &symbols, table)
            ?? find(definition, definitions, bytes, &symbols, table)
          if let source, takesIn(source, &table) {
            note(definition.number, means: source.rawValue)
          } else {
            strange.append((definition, source))
          }
        }
      }
      for (definition, source) in strange {
        if family.of?.hasFamily(of: definition) != true {
          family = (definition, definitions.metadata(of: definition, in: bytes))
        }
        guard let source else {
          define(definition.number, definitions.labels(of: definition, in: bytes), family.metadata)
          continue
        }
        registry.withTable { $0.copyLabels(of: source, into: &outgoing) }
        meet(source, family.metadata)
        note(definition.number, means: source.rawValue)
      }
      strange.removeAll(keepingCapacity: true)
    }
  }

  /// Makes sure that a series is held.
  ///
  /// - Returns: whether it is known what to send it as.
  private func takesIn(_ source: SeriesID, _ table: inout SeriesTable) -> Bool {
    if mentions[source.rawValue] != 0 { return true }
    table.retain(source)
    return !changesSeries && escaping == nil
  }

  /// The series that the process has under the number of the definition, if it is the defined one: so it is mostly, and to
  /// compare the texts costs less than to find them.
  private static func itself(
    _ definition: SeriesDefinitions.Definition, _ definitions: SeriesDefinitions, _ bytes: [UInt8],
    _ symbols: inout FoundSymbols, _ table: SeriesTable
  ) -> SeriesID? {
    let id = SeriesID(rawValue: definition.number)
    guard table.isHeld(id) else { return nil }
    func isSymbol(_ number: UInt32, _ string: UInt32) -> Bool {
      symbols.isNumber(number, of: Int(string)) {
        table.symbols.isText(of: number, bytes.span.extracting(definitions.strings[Int(string)]))
      }
    }
    let form = table.form(of: id)
    let family = table.forms.metadata(of: form)
    let names = table.forms.names.symbols.span.extracting(table.forms.names(of: form))
    let values = table.values.symbols.span.extracting(table.values(of: id, count: names.count))
    let strings = definitions.labelStrings.span.extracting(definition.labels)
    guard strings.count == 2 * names.count, family.type == definition.type, isSymbol(family.help, definition.help),
      isSymbol(family.unit, definition.unit)
    else { return nil }
    for place in names.indices {
      guard isSymbol(names[place], strings[2 * place]), isSymbol(values[place], strings[2 * place + 1]) else {
        return nil
      }
    }
    return id
  }

  /// The defined series, by the symbols of its texts.
  private mutating func find(
    _ definition: SeriesDefinitions.Definition, _ definitions: SeriesDefinitions, _ bytes: [UInt8],
    _ symbols: inout FoundSymbols, _ table: SeriesTable
  ) -> SeriesID? {
    func symbol(_ string: UInt32) -> UInt32? {
      symbols.number(of: Int(string)) { table.symbols.find(bytes[definitions.strings[Int(string)]]) }
    }
    labels.removeAll()
    for index in stride(from: definition.labels.lowerBound, to: definition.labels.upperBound, by: 2) {
      guard let name = symbol(definitions.labelStrings[index]), let value = symbol(definitions.labelStrings[index + 1])
      else { return nil }
      labels.append(name, value)
    }
    guard let help = symbol(definition.help), let unit = symbol(definition.unit) else { return nil }
    return table.find(labels, MetadataSymbols(type: definition.type, help: help, unit: unit))
  }

  /// What a known series is sent as.
  private func sent(_ source: UInt32) -> UInt32 { changesSeries ? verdicts[source] : source }

  /// Gives back all series. The resolver is empty afterwards.
  mutating func release() {
    forget(before: .max)
    meanings.removeAll()
  }

  /// What to send a series as, whose labels are in ``outgoing``; held once more if that is another one.
  private mutating func verdict(on source: SeriesID, _ metadata: MetricMetadata) -> UInt32 {
    guard changesSeries else { return source.rawValue }
    for index in 0..<externalLabels.count where outgoing.index(of: externalLabels.name(at: index)) == nil {
      outgoing.set(externalLabels.name(at: index), externalLabels.value(at: index))
    }
    guard program.isEmpty || program.apply(to: &outgoing, scratch: &scratch), !outgoing.isEmpty else {
      return Self.dropped
    }
    return registry.withTable { [outgoing] table in
      let sent = table.register(outgoing, metadata)
      if sent == source { table.release(sent) }
      return sent.rawValue
    }
  }

  /// The table is given back to others after so many series.
  private static let releasedAtOnce = 256

  private mutating func forget(before needed: UInt32) {
    let changesSeries = changesSeries
    var released: [SeriesID] = []
    // Out of self for the moment, of which a column is being walked.
    var (verdicts, escaped) = (verdicts, escaped)
    (self.verdicts, self.escaped) = (SeriesColumn(absent: Self.unknown), [:])
    mentions.updateEach { source, mention in
      guard mention >> 1 < needed else { return }
      mention = 0
      released.append(SeriesID(rawValue: source))
      let resolved = changesSeries ? verdicts[source] : source
      if resolved != Self.dropped && resolved != source { released.append(SeriesID(rawValue: resolved)) }
      if changesSeries { verdicts[source] = Self.unknown }
      if let other = escaped.removeValue(forKey: source) { released.append(SeriesID(rawValue: other)) }
    }
    if changesSeries && !released.isEmpty { verdicts.updateEach { _, _ in } }
    (self.verdicts, self.escaped) = (verdicts, escaped)
    var rest = released[...]
    while !rest.isEmpty {
      let ids = rest.prefix(Self.releasedAtOnce)
      rest = rest.dropFirst(ids.count)
      registry.withTable { table in for id in ids { table.release(id) } }
    }
    if !owners.isEmpty && !released.isEmpty { forgetOwners() }
  }

  // MARK: - Names in 1.0

  /// From here on ``escapes`` says what series are called in 1.0.
  ///
  /// - Complexity: linear in the series of this shard the first time, then constant.
  mutating func beginEscaping(by scheme: NameEscaping) {
    guard escaping == nil else { return }
    escaping = scheme
    for source in sources {
      if let other = escape(sent(source)) { escaped[source] = other }
    }
  }

  /// The known series, as they are in the log.
  private var sources: [UInt32] {
    var sources: [UInt32] = []
    mentions.forEach { source, _ in sources.append(source) }
    return sources
  }

  /// The series to send in 1.0 in place of `resolved`, held once more; nil if that can be sent as it is.
  ///
  /// Where another series is sent with the same labels already, it is that one.
  private mutating func escape(_ resolved: UInt32) -> UInt32? {
    guard let escaping, resolved < Self.unknown else { return nil }
    if let known = escapes.sent[resolved] {
      registry.withTable { $0.retain(SeriesID(rawValue: known)) }
      return known
    }
    let (needsNone, hasOwners) = (escaping != .dots, !owners.isEmpty)
    let labels = registry.withTable { table -> LabelSet? in
      let id = SeriesID(rawValue: resolved)
      return needsNone && !hasOwners && table.hasLegacyNames(id) ? nil : table.labels(of: id)
    }
    guard let labels else { return nil }
    let outgoing = labels.escaped(by: escaping)
    if owners.isEmpty {
      if outgoing == labels { return nil }
      findOwners()
    }
    let hash = outgoing.hashValue
    if let owner = owners[hash], owner != resolved {
      let isSame = registry.withTable { table in
        let isSame = table.labels(of: SeriesID(rawValue: owner)) == outgoing
        if isSame { table.retain(SeriesID(rawValue: owner)) }
        return isSame
      }
      if isSame {
        escapes.sent[resolved] = owner
        escapes.shared.insert(owner)
        return owner
      }
    }
    guard outgoing != labels else {
      owners[hash] = resolved
      return nil
    }
    let id = registry.withTable { $0.register(outgoing).rawValue }
    owners[hash] = id
    escapes.sent[resolved] = id
    return id
  }

  /// Notes the labels of all series that are sent as they are or under an escaped name.
  private mutating func findOwners() {
    let outgoing = Set(sources.map { escaped[$0] ?? sent($0) }.filter { $0 < Self.unknown })
    owners = registry.withTable { table in
      var owners: [Int: UInt32] = [:]
      for id in outgoing { owners[table.labels(of: SeriesID(rawValue: id)).hashValue] = id }
      return owners
    }
  }

  /// Forgets what was said of series that are no longer here.
  private mutating func forgetOwners() {
    escapes = .none
    var senders: [UInt32: Set<UInt32>] = [:]
    for source in sources {
      let resolved = sent(source)
      guard resolved < Self.unknown else { continue }
      if let other = escaped[source] { escapes.sent[resolved] = other }
      senders[escaped[source] ?? resolved, default: []].insert(resolved)
    }
    for (id, resolved) in senders where resolved.count > 1 { escapes.shared.insert(id) }
    owners = [:]
    if !escapes.isEmpty { findOwners() }
  }
}
