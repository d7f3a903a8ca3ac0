import MetricModel

/// Since when the series of an OpenMetrics page have been counting, as their `_created` lines tell.
///
/// Such a line stands behind the samples of its metric. What it said last hardly ever changes, so samples are taken
/// with that at once; when it does say something else, the samples of this page are corrected. Which line belongs to
/// which is found when lines are new: a metric's series stand together.
///
/// - Complexity: constant for each line; a page without `_created` costs a test for emptiness.
struct StartTimes {
  /// What a line has to do with a metric's start; 0 for nothing.
  private typealias Link = UInt32

  private static let createdFlag: Link = 1 << 31

  /// By line: the number of its metric, from 1, with ``createdFlag`` for the `_created` line itself.
  private var links: [Link] = []
  /// By number, from 1.
  private var startsMs: [Int64] = []
  /// How many lines have each number.
  private var uses: [Int] = []
  private var free: [Link] = []
  private var createdCount = 0
  /// A sample in the batch, with the start that it was taken with.
  private struct TakenSample {
    var link: Link
    var index: Int
    var isHistogram: Bool
    var startMs: Int64
  }

  /// Samples of this page since the last `_created` line.
  private var samples: [TakenSample] = []

  /// The metric that new lines are being read of, and its lines so far.
  private var metric: LabelSet?
  private var metricLines: [(line: UInt32, index: Int?)] = []
  /// Whether a `_created` line has appeared behind lines that were known without one: then the next page is read as if
  /// it were the first.
  private(set) var mustLearn = false

  /// Whether no line has a start.
  var isEmpty: Bool { createdCount == 0 }

  mutating func beginPage() {
    samples.removeAll(keepingCapacity: true)
    metric = nil
    metricLines.removeAll(keepingCapacity: true)
  }

  mutating func endLearning() { mustLearn = false }

  /// Since when the line's series counts; 0 for unknown.
  func startMs(of line: UInt32) -> Int64 {
    guard Int(line) < links.count, links[Int(line)] > 0, links[Int(line)] < Self.createdFlag else { return 0 }
    return startsMs[Int(links[Int(line)]) - 1]
  }

  /// Whether the line tells the start of a metric that has new lines, which only its labels can say.
  func wantsRole(of line: UInt32) -> Bool { !metricLines.isEmpty && link(line) >= Self.createdFlag }

  /// Notes where the sample of a line lies in the batch.
  mutating func noteSample(of line: UInt32, at index: Int, isHistogram: Bool = false) {
    guard Int(line) < links.count, links[Int(line)] > 0, links[Int(line)] < Self.createdFlag else { return }
    samples.append(
      TakenSample(link: links[Int(line)], index: index, isHistogram: isHistogram, startMs: startMs(of: line)))
  }

  /// Notes a line that is read in full, with the place of its sample in the batch if it has one.
  mutating func learn(_ line: UInt32, _ role: SeriesRole, sampleIndex: Int?) {
    if role.metric != metric {
      metric = role.metric
      metricLines.removeAll(keepingCapacity: true)
    }
    guard role.part == .created else {
      metricLines.append((line, sampleIndex))
      return
    }
    var link = link(line) & ~Self.createdFlag
    if link == 0 {
      if metricLines.isEmpty { mustLearn = true }
      link = newLink()
      createdCount += 1
      setLink(link | Self.createdFlag, for: line)
    }
    for member in metricLines {
      setLink(link, for: member.line)
      if let index = member.index {
        samples.append(TakenSample(link: link, index: index, isHistogram: false, startMs: 0))
      }
    }
    metricLines.removeAll(keepingCapacity: true)
  }

  /// Takes what a `_created` line says, and corrects the samples that were taken with something else.
  ///
  /// - Parameter seconds: since the Unix epoch.
  mutating func takeCreated(_ line: UInt32, _ seconds: Double, in batch: inout SampleBatch) {
    guard Int(line) < links.count, links[Int(line)] >= Self.createdFlag else { return }
    let link = links[Int(line)] & ~Self.createdFlag
    let startMs = Int64(exactly: (seconds * 1_000).rounded(.towardZero)) ?? 0
    startsMs[Int(link) - 1] = startMs
    for sample in samples where sample.link == link && sample.startMs != startMs {
      if sample.isHistogram {
        batch.setStartTimestamp(startMs, ofHistogram: sample.index)
      } else {
        batch.setStartTimestamp(startMs, ofFloat: sample.index)
      }
    }
    samples.removeAll(keepingCapacity: true)
  }

  mutating func forget(_ line: UInt32) {
    let link = link(line)
    if link == 0 { return }
    if link >= Self.createdFlag {
      createdCount -= 1
      startsMs[Int(link & ~Self.createdFlag) - 1] = 0
    }
    setLink(0, for: line)
  }

  private mutating func newLink() -> Link {
    if let reused = free.popLast() { return reused }
    startsMs.append(0)
    uses.append(0)
    return Link(startsMs.count)
  }

  private func link(_ line: UInt32) -> Link { Int(line) < links.count ? links[Int(line)] : 0 }

  private mutating func setLink(_ link: Link, for line: UInt32) {
    while links.count <= Int(line) { links.append(0) }
    let old = links[Int(line)] & ~Self.createdFlag
    links[Int(line)] = link
    let new = link & ~Self.createdFlag
    if new == old { return }
    if new > 0 { uses[Int(new) - 1] += 1 }
    guard old > 0 else { return }
    uses[Int(old) - 1] -= 1
    if uses[Int(old) - 1] == 0 { free.append(old) }
  }
}
