import DurableLog
import MetricModel
import RemoteWriteProtocol
import SampleLog

/// The samples that a shard has read and not settled, in the order of the log.
///
/// Columns again. Samples that will not be sent stay in their place, marked, so that "the first n samples" names a
/// position in the log exactly, and what became of each of them. A request is made from such a prefix; what does not
/// fit stays for the next. There is never a second one of the same samples, so it cannot be copied.
struct RequestAssembler: ~Copyable {
  /// Which samples of the log a piece of the columns holds.
  struct Chunk {
    var position: LogPosition
    var next: LogPosition
    var lane: UInt32
    /// The index in the record of the chunk's first sample.
    var firstSample: Int
    /// The index in the columns of the chunk's first sample.
    var firstColumn: Int
    var count: Int
    /// Samples that were lost before this place.
    var lost: SettledCounts
    var timeMs: Int64
    /// Whether all its samples are to be sent, so that none needs to be looked at by itself.
    var isWhole = false
    /// Whether the numbers of its series rise from column to column: then none is there twice.
    var isRising = false
    /// The time of all its samples, where they have one.
    var sharedTimestampMs: Int64?

    var end: Int { firstColumn + count }
  }

  /// A prefix of what is waiting, ready to be sent and settled as one.
  struct Cut: Sendable {
    /// How many samples, sent or not.
    var columns: Int
    /// How many of them are to be sent.
    var kept: Int
    /// What becomes of the others.
    var others: SettledCounts
    /// Of the others the histograms, and the exemplars that go with any of them.
    var otherHistograms = SettledCounts()
    var otherExemplars = SettledCounts()
    /// Where the shard stands once the cut is settled.
    var mark: ShardMark
    /// The newest timestamp among those to be sent and those that have arrived.
    var newestMs: Int64
  }

  // What stands in the place of a series for a sample that is not to be sent any more, besides those that the resolver
  // puts there.
  private static let tooOld = UInt32.max - 2
  private static let beyondBounds = UInt32.max - 3
  private static let acknowledged = UInt32.max - 4
  private static let refused = UInt32.max - 5
  /// The numbers below are series.
  static let keptEnd = refused

  // The columns are read where they are encoded, in another file, and changed here alone.
  private(set) var series: [UInt32] = []
  private(set) var timestampsMs: [Int64] = []
  private(set) var values: [Double] = []
  /// Empty while no record with start timestamps has come, so that they cost nothing where there are none.
  private(set) var startTimestampsMs: [Int64] = []
  /// By column; few.
  private(set) var exemplars: [Int: [Exemplar]] = [:]
  private(set) var histograms: [Int: NativeHistogram] = [:]
  private(set) var chunks: [Chunk] = []
  /// Columns before this one are settled.
  private(set) var start = 0
  private(set) var keptCount = 0
  /// How many histograms and exemplars are held, those included that will not be sent.
  private(set) var histogramCount = 0
  private(set) var exemplarCount = 0
  /// The columns that the message of the request encoded last could not carry.
  var omitted: [Int] = []
  /// How many of those stand at the time of a sample of another series that has become the same by escaping.
  var collisionCount = 0
  /// What series are called in the message that requests are made of.
  var escapes = NameEscapes.none

  /// What of a record is sent.
  struct Filter {
    var keepsExemplars: Bool
    var keepsHistograms: Bool
    /// Samples with an earlier timestamp are too old to be sent.
    var oldestMs: Int64
  }

  var isEmpty: Bool { chunks.isEmpty }
  /// How many samples are held, those included that will not be sent.
  var columnCount: Int { series.count - start }
  /// How many samples the memory of the columns is taken by, settled ones included that were not squeezed out yet.
  var heldColumns: Int { series.count }
  /// The segment of the oldest of the waiting samples.
  var oldestSegment: SegmentNumber? { chunks.first { $0.count > 0 }?.position.segment }
  /// When the waiting records were appended, the oldest one first.
  var timesMs: some Sequence<Int64> { chunks.lazy.filter { $0.count > 0 }.map(\.timeMs) }
  var oldestTimeMs: Int64? { chunks.first { $0.count > 0 }?.timeMs }
  var newestTimeMs: Int64? { chunks.last { $0.count > 0 }?.timeMs }

  /// Takes in the samples of a record, without those that were settled before.
  mutating func append(
    _ record: LogRecord, _ decoded: DecodedRecord, from first: Int, _ resolver: SeriesResolver, _ filter: Filter
  ) {
    let firstColumn = series.count
    let floatCount = decoded.floatCount
    appendFloats(decoded, from: min(first, floatCount), resolver)
    appendHistograms(decoded, from: first, resolver, filter)
    var chunk = Chunk(
      position: record.position, next: record.next, lane: record.lane, firstSample: first, firstColumn: firstColumn,
      count: series.count - firstColumn, lost: SettledCounts(), timeMs: record.timeMs)
    if decoded.histograms.isEmpty { chunk.sharedTimestampMs = decoded.sharedTimestampMs }
    look(at: &chunk, filter)
    if !decoded.startTimestampsMs.isEmpty || !startTimestampsMs.isEmpty {
      startTimestampsMs.append(contentsOf: repeatElement(0, count: firstColumn - startTimestampsMs.count))
      startTimestampsMs.append(contentsOf: decoded.startTimestampsMs.dropFirst(first))
      startTimestampsMs.append(contentsOf: repeatElement(0, count: series.count - startTimestampsMs.count))
    }
    if filter.keepsExemplars {
      for attached in decoded.exemplars where attached.sampleIndex >= first {
        exemplars[firstColumn + attached.sampleIndex - first, default: []].append(attached.exemplar)
        exemplarCount += 1
      }
      for attached in decoded.histogramExemplars where floatCount + attached.sampleIndex >= first {
        exemplars[firstColumn + floatCount + attached.sampleIndex - first, default: []].append(attached.exemplar)
        exemplarCount += 1
      }
    }
    chunks.append(chunk)
  }

  /// Copies whole columns: nearly always every sample is sent.
  private mutating func appendFloats(_ decoded: DecodedRecord, from first: Int, _ resolver: SeriesResolver) {
    var before = 0
    for run in decoded.runs {
      if first < before + run.count { resolver.resolve(run, from: max(0, first - before), into: &series) }
      before += run.count
    }
    timestampsMs.append(contentsOf: decoded.timestampsMs[first...])
    values.append(contentsOf: decoded.values[first...])
  }

  private mutating func appendHistograms(
    _ decoded: DecodedRecord, from first: Int, _ resolver: SeriesResolver, _ filter: Filter
  ) {
    let floatCount = decoded.floatCount
    histogramCount += decoded.histograms.count - max(0, first - floatCount)
    for (index, sample) in decoded.histograms.enumerated() where floatCount + index >= first {
      histograms[series.count] = sample.histogram
      series.append(filter.keepsHistograms ? resolver.resolve(sample.series) : SeriesResolver.dropped)
      timestampsMs.append(sample.histogram.timestampMs)
      values.append(0)
    }
  }

  /// Finds out what of a new chunk is to be sent, and marks what is too old for that.
  private mutating func look(at chunk: inout Chunk, _ filter: Filter) {
    let columns = chunk.firstColumn..<chunk.end
    let (known, isRising) = Self.survey(series.span.extracting(columns))
    var kept = known
    if chunk.sharedTimestampMs ?? Int64.min < filter.oldestMs {
      for column in columns where series[column] < Self.keptEnd && timestampsMs[column] < filter.oldestMs {
        series[column] = Self.tooOld
        kept -= 1
      }
    }
    keptCount += kept
    chunk.isWhole = kept == chunk.count
    chunk.isRising = isRising && chunk.isWhole
  }

  /// How many of some columns are series, and whether their numbers rise.
  private static func survey(_ series: Span<UInt32>) -> (kept: Int, isRising: Bool) {
    var (kept, falls) = (0, 0)
    var previous: UInt32 = 0
    for index in series.indices {
      let number = series[index]
      kept &+= number < keptEnd ? 1 : 0
      falls |= number < previous ? 1 : 0
      // One more than a number that is a series does not overflow, and any other makes the chunk one with gaps.
      previous = number &+ 1
    }
    return (kept, falls == 0)
  }

  /// Takes in that samples before `next` were lost; they are settled with what stands before them.
  mutating func append(lost: SettledCounts, position: LogPosition, next: LogPosition, timeMs: Int64) {
    chunks.append(
      Chunk(
        position: position, next: next, lane: 0, firstSample: 0, firstColumn: series.count, count: 0, lost: lost,
        timeMs: timeMs))
  }

  /// The longest prefix with at most `maxKept` samples to send; whole records that bring nothing to send go along.
  func cut(maxKept: Int) -> Cut {
    var cut = Cut(
      columns: 0, kept: 0, others: SettledCounts(), mark: ShardMark(position: .start), newestMs: Int64.min)
    for chunk in chunks {
      let first = max(chunk.firstColumn, start)
      var index = first
      let end = chunk.end
      if chunk.isWhole && first < end {
        index = first + min(end - first, maxKept - cut.kept)
        cut.kept += index - first
        cut.newestMs = max(cut.newestMs, newestMs(of: chunk, in: first..<index))
      }
      while index < end && !chunk.isWhole {
        let id = series[index]
        if id < Self.keptEnd {
          if cut.kept == maxKept { break }
          cut.kept += 1
          cut.newestMs = max(cut.newestMs, timestampsMs[index])
        } else {
          count(index, in: &cut)
        }
        index += 1
      }
      cut.columns += index - first
      if index < end {
        cut.mark = ShardMark(
          position: chunk.position, samplesDone: UInt32(chunk.firstSample + index - chunk.firstColumn))
        return cut
      }
      cut.others += chunk.lost
      cut.mark = ShardMark(position: chunk.next)
    }
    return cut
  }

  private func newestMs(of chunk: Chunk, in columns: Range<Int>) -> Int64 {
    if columns.isEmpty { return Int64.min }
    return chunk.sharedTimestampMs ?? timestampsMs[columns].max() ?? Int64.min
  }

  private func count(_ column: Int, in cut: inout Cut) {
    let mark = series[column]
    Self.count(mark, 1, in: &cut.others)
    if mark == Self.acknowledged { cut.newestMs = max(cut.newestMs, timestampsMs[column]) }
    if !histograms.isEmpty && histograms[column] != nil { Self.count(mark, 1, in: &cut.otherHistograms) }
    if !exemplars.isEmpty, let riding = exemplars[column] { Self.count(mark, riding.count, in: &cut.otherExemplars) }
  }

  private static func count(_ mark: UInt32, _ count: Int, in counts: inout SettledCounts) {
    let count = UInt64(count)
    switch mark {
    case tooOld:
      counts.expired += count
      counts.tooOld += count
    case beyondBounds: counts.expired += count
    case refused: counts.refused += count
    case acknowledged: counts.acknowledged += count
    case SeriesResolver.unknown: counts.damaged += count
    default: counts.dropped += count
    }
  }

  /// The number under which a series is sent.
  func sent(_ id: UInt32) -> UInt32 { escapes.isEmpty ? id : escapes.sent[id] ?? id }

  /// The series that a cut has samples of to send, as they are sent, each once, in the order of their first samples.
  func seriesToSend(in cut: Cut) -> [UInt32] {
    var known: Set<UInt32> = []
    return series[start..<start + cut.columns].compactMap { id in
      guard id < Self.keptEnd else { return nil }
      let id = sent(id)
      return known.insert(id).inserted ? id : nil
    }
  }

  /// The first series of a cut, as they are sent, each once.
  func firstSeries(of cut: Cut, max: Int) -> [SeriesID] {
    var found: [SeriesID] = []
    for column in start..<start + cut.columns where series[column] < Self.keptEnd {
      if found.count == max { break }
      let id = SeriesID(rawValue: sent(series[column]))
      if !found.contains(id) { found.append(id) }
    }
    return found
  }

  /// Marks the samples that a part of a cut sent: `acknowledged` of them have arrived, the others were refused. Which
  /// ones those are is not known where there are both; the counts are exact.
  ///
  /// They keep their places, and the cut that covers them settles them.
  mutating func decide(_ part: ArraySlice<UInt32>, of cut: Cut, acknowledged: UInt64) {
    let decided = Set(part)
    forgetWholeness()
    var acknowledgedLeft = acknowledged
    for column in start..<start + cut.columns
    where series[column] < Self.keptEnd && decided.contains(sent(series[column])) {
      let isAcknowledged = acknowledgedLeft > 0
      if isAcknowledged { acknowledgedLeft -= 1 }
      series[column] = isAcknowledged ? Self.acknowledged : Self.refused
      keptCount -= 1
    }
  }

  /// Forgets what a cut covered: it is settled.
  mutating func removeFirst(_ cut: Cut) {
    if histogramCount + exemplarCount > 0 {
      for column in start..<start + cut.columns {
        if histograms[column] != nil { histogramCount -= 1 }
        exemplarCount -= exemplars[column]?.count ?? 0
      }
    }
    start += cut.columns
    keptCount -= cut.kept
    chunks.removeAll { $0.end <= start && $0.next <= cut.mark.position }
    if chunks.isEmpty {
      removeAll()
    } else if start >= Self.compactionMin && start * 2 >= series.count {
      compact()
    }
  }

  /// Moves what is left to the beginning of the columns, which otherwise would grow until all is settled for once.
  private mutating func compact() {
    series.removeFirst(start)
    timestampsMs.removeFirst(start)
    values.removeFirst(start)
    if !startTimestampsMs.isEmpty { startTimestampsMs.removeFirst(start) }
    let from = start
    func moved<Value>(_ column: Int, _ value: Value) -> (Int, Value)? { column < from ? nil : (column - from, value) }
    if !exemplars.isEmpty { exemplars = Dictionary(uniqueKeysWithValues: exemplars.compactMap(moved)) }
    if !histograms.isEmpty { histograms = Dictionary(uniqueKeysWithValues: histograms.compactMap(moved)) }
    // The first column of a chunk that is settled in part becomes negative, which all that is reckoned from it allows.
    for index in chunks.indices { chunks[index].firstColumn -= from }
    start = 0
  }

  /// Below this many settled columns it is not worth moving the others.
  private static let compactionMin = 4096

  /// Marks what was read before `floor` as expired.
  mutating func expire(before floor: LogPosition) {
    for chunk in chunks where chunk.position < floor {
      let columns = max(start, chunk.firstColumn)..<max(start, chunk.end)
      expire(columns, Self.beyondBounds) { _ in true }
    }
  }

  /// Marks samples with an earlier timestamp as expired.
  mutating func expire(olderThanMs oldestMs: Int64) {
    guard oldestMs > Int64.min else { return }
    expire(start..<series.count, Self.tooOld) { [timestampsMs] in timestampsMs[$0] < oldestMs }
  }

  private mutating func expire(_ columns: Range<Int>, _ reason: UInt32, where isExpired: (Int) -> Bool) {
    let before = keptCount
    for column in columns where series[column] < Self.keptEnd && isExpired(column) {
      series[column] = reason
      keptCount -= 1
    }
    if keptCount < before { forgetWholeness() }
  }

  /// Samples were marked: from now on each is looked at.
  private mutating func forgetWholeness() {
    for index in chunks.indices {
      chunks[index].isWhole = false
      chunks[index].isRising = false
    }
  }

  /// Whether a series may stand in a prefix more than once, as far as the chunks tell without a look at their samples.
  /// While delivery keeps up, a request holds one scrape of each of some targets, whose numbers lie apart.
  ///
  /// - Complexity: n log n in the records of the cut.
  func mayRepeatSeries(in cut: Cut) -> Bool {
    let end = start + cut.columns
    var spans: [ClosedRange<UInt32>] = []
    for chunk in chunks {
      let columns = max(chunk.firstColumn, start)..<max(start, chunk.firstColumn, min(chunk.end, end))
      if columns.isEmpty { continue }
      guard chunk.isRising else { return true }
      spans.append(series[columns.lowerBound]...series[columns.upperBound - 1])
    }
    spans.sort { $0.lowerBound < $1.lowerBound }
    return zip(spans, spans.dropFirst()).contains { $0.upperBound >= $1.lowerBound }
  }

  mutating func removeAll() {
    series.removeAll(keepingCapacity: true)
    timestampsMs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    startTimestampsMs.removeAll(keepingCapacity: true)
    exemplars.removeAll()
    histograms.removeAll()
    chunks.removeAll(keepingCapacity: true)
    start = 0
    (keptCount, histogramCount, exemplarCount) = (0, 0, 0)
  }
}
