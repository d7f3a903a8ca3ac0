import ByteCoding
import MetricModel
import Relabeling

/// What one list of rules did to the series of some blocks, in a form that adds up.
struct BlockRun: Sendable {
  let list: RuleList
  var tally: RelabelTally
  var identities: [SeriesIdentity] = []
  /// Series taken, the same ones twice counted twice.
  var taken = 0
  var kept = 0
  /// Series that came out without a name, and the number of the first.
  var nameless = 0
  var firstNameless: UInt32?
  var wireBefore: WireMeasure
  var wireAfter: WireMeasure
  /// By the place in ``ReportName/all``: how many of those series the rules dropped, and the number of the first.
  var lostReports = [Int](repeating: 0, count: ReportName.all.count)
  var firstLost = [UInt32?](repeating: nil, count: ReportName.all.count)
  var seenReports = false
  /// Elements of a JSON array with commas between them, where they were asked for: a piece for each block.
  var results: [[UInt8]] = []
  private var piece: [UInt8] = []
  private let keepsResults: Bool
  private var scratch = RelabelScratch()
  /// Not the one that all threads would share, and count holders of.
  private let nameLabel = Array(ReportName.label.utf8)

  init(_ list: RuleList, block: Int = 0, keepsResults: Bool) {
    self.list = list
    self.keepsResults = keepsResults
    tally = RelabelTally(of: list.program)
    wireBefore = WireMeasure(list.version, block: block)
    wireAfter = WireMeasure(list.version, block: block)
  }

  /// Runs the rules on one series; `labels` is changed.
  ///
  /// - Returns: whether it is sent. A series without labels is none: the agent does not send it.
  @discardableResult
  mutating func take(_ labels: inout LabelSet, ordinal: UInt32) -> Bool {
    taken += 1
    let before = labels.digest()
    let report = ReportName.index(of: labels, nameLabel)
    list.addExternalLabels(to: &labels)
    wireBefore.add(labels)
    let isKept = list.program.apply(to: &labels, scratch: &scratch, tally: &tally)
    if keepsResults {
      if !piece.isEmpty { piece.append(UInt8(ascii: ",")) }
      LabelJSON.append(keep: isKept, isKept ? labels : LabelSet(), to: &piece)
    }
    let isSent = isKept && !labels.isEmpty
    let after = isSent ? labels.digest() : Hash128.Digest(low: 0, high: 0)
    identities.append(SeriesIdentity(after: after, before: before.low, ordinal: ordinal, isKept: isSent))
    if isSent {
      kept += 1
      wireAfter.add(labels)
      if list.section != .target, labels.index(ofName: nameLabel) == nil {
        nameless += 1
        if firstNameless == nil { firstNameless = ordinal }
      }
    }
    if let report {
      seenReports = true
      if !isSent {
        lostReports[report] += 1
        if firstLost[report] == nil { firstLost[report] = ordinal }
      }
    }
    return isSent
  }

  /// Notes that a line held no series.
  mutating func takeFlaw() {
    guard keepsResults else { return }
    if !piece.isEmpty { piece.append(UInt8(ascii: ",")) }
    piece.append(contentsOf: "null".utf8)
  }

  mutating func finish() {
    wireBefore.finish()
    wireAfter.finish()
    // A copy, which has no more room than it needs.
    if !piece.isEmpty { results.append(Array(piece[...])) }
    piece = []
  }

  /// Adds what the same rules did to the series behind these.
  ///
  /// - Parameter first: the number of the first of those series; theirs begin with 0.
  mutating func add(_ next: BlockRun, from first: UInt32) {
    tally.add(next.tally)
    for var identity in next.identities {
      identity.ordinal &+= first
      identities.append(identity)
    }
    taken += next.taken
    kept += next.kept
    nameless += next.nameless
    firstNameless = firstNameless ?? next.firstNameless.map { $0 &+ first }
    wireBefore.add(next.wireBefore)
    wireAfter.add(next.wireAfter)
    for index in lostReports.indices {
      lostReports[index] += next.lostReports[index]
      firstLost[index] = firstLost[index] ?? next.firstLost[index].map { $0 &+ first }
    }
    seenReports = seenReports || next.seenReports
    results += next.results
  }
}

/// The series in which a scrape reports about itself.
enum ReportName {
  static let label = "__name__"
  static let all = [
    "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
  ]
  private static let bytes = all.map { Array($0.utf8) }

  /// - Parameter label: the bytes of ``label``.
  static func index(of labels: LabelSet, _ label: [UInt8]) -> Int? {
    guard let name = labels.index(ofName: label),
      labels.valueSatisfies(at: name, { $0.count >= 2 && ($0[0] == UInt8(ascii: "u") || $0[0] == UInt8(ascii: "s")) })
    else { return nil }
    return bytes.firstIndex { known in labels.valueSatisfies(at: name) { $0.isSame(as: known.span) } }
  }
}
