import MetricModel
import RemoteWriteProtocol
import SampleLog

/// Memory that encoding uses again for each request. It grows with the series of the process, so there is one for all
/// shards of an endpoint.
struct EncodingScratch: Sendable {
  var samples: [Sample] = []
  /// The series that were met in the cut; none between requests.
  var met = SeriesBits()
  /// What was put into ``met``.
  var runs: [SeriesRun] = []
  /// The first and the last column of each series.
  var chains: [UInt32: (first: Int, last: Int)] = [:]
  /// For each column the next one of the same series, -1 at the end; both counted from the first of the cut.
  var following: [Int] = []
  /// The series in the order of their first columns.
  var order: [UInt32] = []
}

extension RequestAssembler {
  /// In smaller requests each sample of a series has a `TimeSeries` of its own, as other senders do it: naming a series
  /// once saves next to nothing there, and receivers see what they are used to.
  static let groupedMin = 64

  /// So many series or columns are encoded before others get at the table: a request takes long enough for scrapes to
  /// stand in line.
  private static let encodedAtOnce = 512

  /// Encodes the samples of a cut. Samples of one series stand together, in time order, and exemplars with them: those of
  /// a sample that is not sent are not sent either.
  ///
  /// What the message cannot carry is left out, for ``encodeOmitted(_:)``.
  /// - Parameter part: if given, only these series, by the numbers under which they are sent.
  mutating func encode(
    _ cut: Cut, part: ArraySlice<UInt32>? = nil, into press: inout RequestPress, _ registry: SeriesRegistry
  ) {
    press.encoder.reset()
    omitted.removeAll(keepingCapacity: true)
    collisionCount = 0
    let columns = start..<start + cut.columns
    let isGrouped =
      part != nil || !escapes.isEmpty || (mayRepeatSeries(in: cut) && repeatsSeries(in: columns, &press.scratch))
    if isGrouped { chain(columns, &press.scratch) }
    let order = isGrouped ? part ?? press.scratch.order[...] : []
    var next = isGrouped ? order.startIndex : columns.lowerBound
    let end = isGrouped ? order.endIndex : columns.upperBound
    let isPlain = exemplars.isEmpty && histograms.isEmpty
    while next < end {
      let piece = next..<min(end, next + Self.encodedAtOnce)
      next = piece.upperBound
      registry.withTable { table in
        if isGrouped {
          encodeGrouped(order[piece], columns, &press, table)
        } else if isPlain {
          encodePlain(piece, &press, table)
        } else {
          encodeEach(piece, &press, table)
        }
      }
    }
  }

  /// Writes each column as a series of its own.
  private mutating func encodeEach(_ columns: Range<Int>, _ press: inout RequestPress, _ table: SeriesTable) {
    for column in columns where series[column] < Self.keptEnd {
      press.scratch.samples.removeAll(keepingCapacity: true)
      var histogram: [NativeHistogram] = []
      if let found = histograms[column] {
        guard press.encoder.version.carries(found) else {
          omitted.append(column)
          continue
        }
        histogram = [found]
      } else {
        press.scratch.samples.append(sample(at: column))
      }
      write(series[column], exemplars[column] ?? [], histogram, &press, table)
    }
  }

  /// How many samples the request encoded last could not carry.
  var omittedCount: Int { omitted.count }

  /// The first series of those samples, each once.
  func omittedSeries(max: Int) -> [SeriesID] {
    var found: [SeriesID] = []
    for column in omitted {
      if found.count == max { break }
      let id = SeriesID(rawValue: series[column])
      if !found.contains(id) { found.append(id) }
    }
    return found
  }

  /// Encodes what the request encoded last could not carry, under the labels that the series have in 2.0.
  func encodeOmitted(_ registry: SeriesRegistry) -> WriteRequestEncoder {
    var press = RequestPress()
    press.begin(.v2)
    registry.withTable { table in
      for column in omitted {
        press.scratch.samples.removeAll(keepingCapacity: true)
        let histogram = histograms[column]
        if histogram == nil { press.scratch.samples.append(sample(at: column)) }
        write(series[column], exemplars[column] ?? [], histogram.map { [$0] } ?? [], &press, table)
      }
    }
    return press.encoder
  }

  private func sample(at column: Int) -> Sample {
    Sample(
      timestampMs: timestampsMs[column], value: values[column],
      startTimestampMs: startTimestampsMs.isEmpty ? 0 : startTimestampsMs[column])
  }

  /// Whether a series stands in the columns more than once: with several scrapes of its target, in two lanes, or
  /// twice in one record. While delivery keeps up that is rare, and nothing needs to be grouped.
  ///
  /// - Complexity: linear in the columns, of which each run of numbers is looked at as one; nothing is hashed.
  private func repeatsSeries(in columns: Range<Int>, _ scratch: inout EncodingScratch) -> Bool {
    let ids = series.span.extracting(columns)
    scratch.runs.removeAll(keepingCapacity: true)
    var (next, isRepeated) = (0, false)
    while next < ids.count && !isRepeated {
      let (first, start) = (ids[next], next)
      next += 1
      guard first < Self.keptEnd else { continue }
      // No run comes as far as `keptEnd`: there is memory for far fewer series.
      while next < ids.count && ids[next] &- first == UInt32(truncatingIfNeeded: next &- start) { next += 1 }
      let run = SeriesRun(first: first, count: next - start)
      isRepeated = scratch.met.insert(run)
      scratch.runs.append(run)
    }
    for run in scratch.runs { scratch.met.remove(run) }
    return isRepeated
  }

  /// The way of nearly every sample: floats without exemplars, each the only one of its series in the request.
  private func encodePlain(_ columns: Range<Int>, _ press: inout RequestPress, _ table: SeriesTable) {
    let starts = startTimestampsMs.span
    press.encoder.appendSamples(
      series: series.span.extracting(columns), timestampsMs: timestampsMs.span.extracting(columns),
      values: values.span.extracting(columns), startTimestampsMs: starts.isEmpty ? starts : starts.extracting(columns),
      below: Self.keptEnd, of: table)
  }

  /// Writes all samples that some series have in the columns.
  private mutating func encodeGrouped(
    _ ids: ArraySlice<UInt32>, _ columns: Range<Int>, _ press: inout RequestPress, _ table: SeriesTable
  ) {
    for id in ids {
      press.scratch.samples.removeAll(keepingCapacity: true)
      var seriesExemplars: [Exemplar] = []
      var seriesHistograms: [NativeHistogram] = []
      let collisions = escapes.shared.contains(id) ? collisions(in: id, columns, press.scratch) : []
      collisionCount += collisions.count
      var column = press.scratch.chains[id]?.first ?? -1
      while column >= 0 {
        let histogram = histograms.isEmpty ? nil : histograms[column]
        if collisions.contains(column) || histogram.map(press.encoder.version.carries) == false {
          omitted.append(column)
        } else {
          if let histogram {
            seriesHistograms.append(histogram)
          } else {
            press.scratch.samples.append(sample(at: column))
          }
          if !exemplars.isEmpty { seriesExemplars += exemplars[column] ?? [] }
        }
        column = following(column, columns, press.scratch)
      }
      if press.scratch.samples.isEmpty && seriesHistograms.isEmpty { continue }
      // Two lanes are in the order in which they were taken, which need not be that of time.
      if !press.scratch.samples.isInTimeOrder(by: \.timestampMs) {
        press.scratch.samples.sort { $0.timestampMs < $1.timestampMs }
      }
      if !seriesHistograms.isInTimeOrder(by: \.timestampMs) {
        seriesHistograms.sort { $0.timestampMs < $1.timestampMs }
      }
      if columns.count < Self.groupedMin && escapes.isEmpty { writeAllButLast(id, &press, table) }
      write(id, seriesExemplars, seriesHistograms, &press, table)
    }
  }

  /// Writes each of the gathered samples but the last by itself.
  private func writeAllButLast(_ id: UInt32, _ press: inout RequestPress, _ table: SeriesTable) {
    guard let last = press.scratch.samples.popLast() else { return }
    let earlier = press.scratch.samples
    for sample in earlier {
      press.scratch.samples = [sample]
      write(id, [], [], &press, table)
    }
    press.scratch.samples = [last]
  }

  /// The columns of a chain that stand at the time of an earlier one: an endpoint would refuse two values of one series
  /// for one time, and with them all others.
  private func collisions(
    in id: UInt32, _ columns: Range<Int>, _ scratch: EncodingScratch
  ) -> Set<Int> {
    var times: Set<Int64> = []
    var found: Set<Int> = []
    var column = scratch.chains[id]?.first ?? -1
    while column >= 0 {
      if !times.insert(timestampsMs[column]).inserted { found.insert(column) }
      column = following(column, columns, scratch)
    }
    return found
  }

  /// The next column of the same chain; negative at its end.
  private func following(_ column: Int, _ columns: Range<Int>, _ scratch: EncodingScratch) -> Int {
    let next = scratch.following[column - columns.lowerBound]
    return next < 0 ? -1 : columns.lowerBound + next
  }

  /// Makes a chain of the columns of each series, by the number under which it is sent.
  private func chain(_ columns: Range<Int>, _ scratch: inout EncodingScratch) {
    scratch.chains.removeAll(keepingCapacity: true)
    scratch.order.removeAll(keepingCapacity: true)
    scratch.following.removeAll(keepingCapacity: true)
    scratch.following.append(contentsOf: repeatElement(-1, count: columns.count))
    for column in columns where series[column] < Self.keptEnd {
      let id = sent(series[column])
      if let chain = scratch.chains[id] {
        scratch.following[chain.last - columns.lowerBound] = column - columns.lowerBound
        scratch.chains[id] = (chain.first, column)
      } else {
        scratch.chains[id] = (column, column)
        scratch.order.append(id)
      }
    }
  }

  private func write(
    _ id: UInt32, _ exemplars: [Exemplar], _ histograms: [NativeHistogram], _ press: inout RequestPress,
    _ table: SeriesTable
  ) {
    let id = SeriesID(rawValue: id)
    press.encoder.appendSeries(
      names: table.labelNames(of: id), values: table.labelValues(of: id), symbols: table.symbols,
      metadata: table.metadata(of: id), samples: press.scratch.samples[...], exemplars: exemplars,
      histograms: histograms)
  }
}

extension Array {
  fileprivate func isInTimeOrder(by time: (Element) -> Int64) -> Bool {
    var newest = Int64.min
    for element in self {
      if time(element) < newest { return false }
      newest = time(element)
    }
    return true
  }
}
