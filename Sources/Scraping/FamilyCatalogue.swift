import ByteCoding
import MetricModel

/// The metric families of one target's page: what `# TYPE`, `# HELP` and `# UNIT` said last.
///
/// Between two calls of ``settlePage(lineCount:)`` a series name has one answer, whatever a page says meanwhile: series
/// are numbered by labels and metadata, and a page must not show one series under two numbers. So a change to a
/// family that a series has asked for waits, and so does a new family that takes a series from another one.
struct FamilyCatalogue {
  private struct Family {
    var name: String
    var metadata: MetricMetadata
    /// What the page that is being read says, where it differs.
    var pending: MetricMetadata?
    /// Whether a series has asked for the family.
    var isInUse = false
    /// Whether series may have asked before the family was declared; it answers for none before the page ends.
    var isLate = false
    /// Rises with each change, so that a line remembered from before it is read again.
    var generation: UInt32 = 0
    var lastSeen: UInt32
  }

  /// A metadata line that said what its family has.
  private struct KnownLine {
    var hash: UInt64
    var byteCount: Int
    var family: UInt32
    var generation: UInt32
    var lastSeen: UInt32
  }

  /// How many pages a family is remembered after its lines vanished.
  private static let pagesKept: UInt32 = 10

  private var families: [Family] = []
  private var numbers: [String: UInt32] = [:]
  private var knownLines: [KnownLine] = []
  private var lineIndex = NumberIndex()
  private var page: UInt32 = 0
  private var hasPending = false
  /// Names of series that were asked for and have no family of just that name.
  private var namesWithoutOwnFamily: Set<String> = []
  /// The answer given last on this page: the series of a family mostly come one behind the other.
  private var lastAnswer: (name: [UInt8], metadata: MetricMetadata)?
  /// Rises with every change, new families and forgotten ones included.
  private(set) var revision = 0
  /// Rises where the name of a series may have another answer than before, and where it is forgotten which names were
  /// asked for: whoever has had an answer since need not ask again.
  private(set) var answers = 0

  var all: [(name: String, metadata: MetricMetadata)] { families.map { ($0.name, $0.metadata) } }

  mutating func beginPage() {
    page &+= 1
    lastAnswer = nil
  }

  /// Recognises a metadata line that has changed nothing before and changes nothing now.
  ///
  /// - Returns: false when the line has to be read.
  /// - Complexity: constant, no allocation.
  mutating func recognises(hash: UInt64, byteCount: Int) -> Bool {
    guard let number = knownLine(hash, byteCount) else { return false }
    let line = knownLines[Int(number)]
    let family = Int(line.family)
    guard families[family].generation == line.generation, !hasPending || families[family].pending == nil
    else { return false }
    knownLines[Int(number)].lastSeen = page
    families[family].lastSeen = page
    return true
  }

  /// Takes what a line says about the family `name`.
  mutating func read(
    _ name: ArraySlice<UInt8>, hash: UInt64, byteCount: Int, _ change: (inout MetricMetadata) -> Void
  ) {
    lastAnswer = nil
    let name = String(decoding: name, as: UTF8.self)
    guard let number = numbers[name] else { return add(name, change) }
    let family = families[Int(number)]
    var metadata = family.pending ?? family.metadata
    change(&metadata)
    families[Int(number)].lastSeen = page
    if metadata == family.metadata {
      families[Int(number)].pending = nil
      remember(hash, byteCount, family: number)
    } else if !family.isInUse && !family.isLate {
      // Usual on a first page, where the lines of a family arrive one by one and its series behind them.
      families[Int(number)].metadata = metadata
      families[Int(number)].generation &+= 1
      revision += 1
    } else {
      families[Int(number)].pending = metadata
      hasPending = true
    }
  }

  /// The metadata of the family that a series called `name` belongs to, by its own name or without a suffix that its
  /// family's type gives to its series.
  ///
  /// - Parameter labels: of the series.
  mutating func metadata(ofSeries labels: LabelSet) -> MetricMetadata {
    guard let index = labels.index(ofName: Self.metricName) else { return .none }
    if let lastAnswer, labels.valueSatisfies(at: index, { $0.isSame(as: lastAnswer.name.span) }) {
      return lastAnswer.metadata
    }
    let name = Array(labels.value(at: index))
    let metadata = lookUp(String(decoding: name, as: UTF8.self))
    lastAnswer = (name, metadata)
    return metadata
  }

  private mutating func lookUp(_ name: String) -> MetricMetadata {
    if let metadata = use(name) { return metadata }
    namesWithoutOwnFamily.insert(name)
    for suffix in Self.suffixes where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count {
      if let metadata = use(String(name.dropLast(suffix.count))) { return metadata }
    }
    return .none
  }

  /// Ends a page that was read whole: its changes count, and families that have been gone for long are forgotten.
  ///
  /// - Parameter lineCount: how many series the page has, about.
  /// - Returns: whether series may have other metadata now. The caller then asks again for each, once.
  mutating func settlePage(lineCount: Int) -> Bool {
    lastAnswer = nil
    var hasChanged = applyPending()
    if families.contains(where: { page &- $0.lastSeen > Self.pagesKept }) {
      forgetVanished()
      hasChanged = true
    }
    // A page that words its help anew each time must not be remembered in all its versions.
    if knownLines.count > 64 && knownLines.count > families.count * 4 { forgetLines { [page] in $0.lastSeen == page } }
    // Names of series that are gone pile up here until all are asked for again.
    if namesWithoutOwnFamily.count > 64 + 2 * lineCount { hasChanged = true }
    if hasChanged {
      namesWithoutOwnFamily.removeAll()
      answers += 1
    }
    return hasChanged
  }

  /// Ends a page that failed: what it says about families in use does not count.
  mutating func discardPage() {
    guard hasPending else { return }
    for number in families.indices where !families[number].isLate { families[number].pending = nil }
  }

  // MARK: - Parts

  private static let metricName = Array("__name__".utf8)
  private static let suffixes = ["_total", "_bucket", "_sum", "_count", "_created", "_gcount", "_gsum", "_info"]

  private mutating func use(_ name: String) -> MetricMetadata? {
    guard let number = numbers[name], !families[Int(number)].isLate else { return nil }
    if !families[Int(number)].isInUse { families[Int(number)].isInUse = true }
    return families[Int(number)].metadata
  }

  private mutating func add(_ name: String, _ change: (inout MetricMetadata) -> Void) {
    var metadata = MetricMetadata.none
    change(&metadata)
    var family = Family(name: name, metadata: metadata, lastSeen: page)
    let asked = namesWithoutOwnFamily
    if asked.contains(name) || Self.suffixes.contains(where: { asked.contains(name + $0) }) {
      family.isLate = true
      family.metadata = .none
      family.pending = metadata
      hasPending = true
    }
    numbers[name] = UInt32(families.count)
    families.append(family)
    revision += 1
  }

  private mutating func applyPending() -> Bool {
    guard hasPending else { return false }
    hasPending = false
    var hasChanged = false
    for number in families.indices {
      families[number].isLate = false
      guard let metadata = families[number].pending else { continue }
      families[number].metadata = metadata
      families[number].pending = nil
      families[number].generation &+= 1
      hasChanged = true
    }
    if hasChanged { revision += 1 }
    return hasChanged
  }

  private mutating func forgetVanished() {
    families.removeAll { [page] in page &- $0.lastSeen > Self.pagesKept }
    numbers.removeAll(keepingCapacity: true)
    for (number, family) in families.enumerated() { numbers[family.name] = UInt32(number) }
    // The numbers of families have moved. Rare, so all lines are simply read once more.
    forgetLines { _ in false }
    revision += 1
  }

  private func knownLine(_ hash: UInt64, _ byteCount: Int) -> UInt32? {
    lineIndex.find(hash) { knownLines[Int($0)].hash == hash && knownLines[Int($0)].byteCount == byteCount }
  }

  private mutating func remember(_ hash: UInt64, _ byteCount: Int, family: UInt32) {
    let known = KnownLine(
      hash: hash, byteCount: byteCount, family: family, generation: families[Int(family)].generation, lastSeen: page)
    if let number = knownLine(hash, byteCount) {
      knownLines[Int(number)] = known
    } else {
      insert(known)
    }
  }

  private mutating func insert(_ line: KnownLine) {
    knownLines.append(line)
    lineIndex.insert(UInt32(knownLines.count - 1), hash: line.hash) { [knownLines] in knownLines[Int($0)].hash }
  }

  private mutating func forgetLines(except isKept: (KnownLine) -> Bool) {
    let kept = knownLines.filter(isKept)
    knownLines.removeAll(keepingCapacity: true)
    lineIndex = NumberIndex()
    for line in kept { insert(line) }
  }
}
