import MetricModel
import RemoteWriteProtocol

/// Memory that encoding uses again for each request.
struct EncodingScratch {
  var samples: [Sample] = []
  /// A bit for each series number: whether it was met in the cut. All zero between requests.
  var met: [UInt64] = []
  /// The first and the last column of each series.
  var chains: [UInt32: (first: Int, last: Int)] = [:]
  /// For each column the next one of the same series, -1 at the end; both counted from the first of the cut.
  var following: [Int] = []
  /// The series in the order of their first columns.
  var order: [UInt32] = []
  /// The columns that the message could not carry.
  var omitted: [Int] = []
  /// How many of those stand at the time of a sample of another series that has become the same by escaping.
  var collisionCount = 0
}

extension RequestAssembler {
  /// In smaller requests each sample of a series has a `TimeSeries` of its own, as other senders do it: naming a series
  /// once saves next to nothing there, and receivers see what they are used to.
  static let groupedMin = 64

  /// Encodes the samples of a cut. Samples of one series stand together, in time order, and exemplars with them: those of
  /// a sample that is not sent are not sent either.
  ///
  /// What the message cannot carry is left out, for ``encodeOmitted(with:table:)``.
  /// - Parameter part: if given, only these series, by the numbers under which they are sent.
  mutating func encode(
    _ cut: Cut, part: ArraySlice<UInt32>? = nil, with encoder: inout WriteRequestEncoder, table: SeriesTable
  ) {
    encoder.reset()
    scratch.omitted.removeAll(keepingCapacity: true)
    scratch.collisionCount = 0
    let columns = start..<start + cut.columns
    if part != nil || !escapes.isEmpty || hasRepeatedSeries(in: columns) {
      encodeGrouped(columns, part, with: &encoder, table)
      return
    }
    if exemplars.isEmpty && histograms.isEmpty {
      encodePlain(columns, with: &encoder, table)
      return
    }
    for column in columns where series[column] < Self.keptEnd {
      scratch.samples.removeAll(keepingCapacity: true)
      var histogram: [NativeHistogram] = []
      if let found = histograms[column] {
        guard encoder.version.carries(found) else {
          scratch.omitted.append(column)
          continue
        }
        histogram = [found]
      } else {
        scratch.samples.append(sample(at: column))
      }
      write(series[column], exemplars[column] ?? [], histogram, with: &encoder, table)
    }
  }

  /// How many samples the request encoded last could not carry.
  var omittedCount: Int { scratch.omitted.count }

  /// The first series of those samples, each once.
  func omittedSeries(max: Int) -> [SeriesID] {
    var found: [SeriesID] = []
    for column in scratch.omitted {
      if found.count == max { break }
      let id = SeriesID(rawValue: series[column])
      if !found.contains(id) { found.append(id) }
    }
    return found
  }

  /// Encodes what the request encoded last could not carry, under the labels that the series have in 2.0.
  mutating func encodeOmitted(with encoder: inout WriteRequestEncoder, table: SeriesTable) {
    encoder.reset()
    for column in scratch.omitted {
      scratch.samples.removeAll(keepingCapacity: true)
      let histogram = histograms[column]
      if histogram == nil { scratch.samples.append(sample(at: column)) }
      write(series[column], exemplars[column] ?? [], histogram.map { [$0] } ?? [], with: &encoder, table)
    }
  }

  private func sample(at column: Int) -> Sample {
    Sample(
      timestampMs: timestampsMs[column], value: values[column],
      startTimestampMs: startTimestampsMs.isEmpty ? 0 : startTimestampsMs[column])
  }

  /// Whether a series stands in the columns more than once: with several scrapes of its target, in two lanes, or
  /// twice in one record. While delivery keeps up that is rare, and nothing needs to be grouped.
  ///
  /// - Complexity: linear in the columns; a bit is looked at for each, nothing is hashed.
  private mutating func hasRepeatedSeries(in columns: Range<Int>) -> Bool {
    var end = columns.lowerBound
    var isRepeated = false
    while end < columns.upperBound && !isRepeated {
      let id = series[end]
      end += 1
      guard id < Self.keptEnd else { continue }
      let (word, bit) = (Int(id >> 6), UInt64(1) << UInt64(id & 63))
      if word >= scratch.met.count {
        scratch.met.append(contentsOf: repeatElement(0, count: word + 1 - scratch.met.count))
      }
      isRepeated = scratch.met[word] & bit != 0
      scratch.met[word] |= bit
    }
    for column in columns.lowerBound..<end where series[column] < Self.keptEnd {
      scratch.met[Int(series[column] >> 6)] = 0
    }
    return isRepeated
  }

  /// The way of nearly every sample: floats without exemplars, each the only one of its series in the request. Spans
  /// are taken once for all, so that nothing is counted or copied for a sample.
  private mutating func encodePlain(
    _ columns: Range<Int>, with encoder: inout WriteRequestEncoder, _ table: SeriesTable
  ) {
    let labels = table.labelSymbols.span
    let symbols = table.symbols
    scratch.samples.removeAll(keepingCapacity: true)
    scratch.samples.append(Sample(timestampMs: 0, value: 0))
    let hasStarts = !startTimestampsMs.isEmpty
    for column in columns where series[column] < Self.keptEnd {
      let id = SeriesID(rawValue: series[column])
      scratch.samples[0] = Sample(
        timestampMs: timestampsMs[column], value: values[column],
        startTimestampMs: hasStarts ? startTimestampsMs[column] : 0)
      encoder.appendSeries(
        labels: labels.extracting(table.labelRange(of: id)), symbols: symbols, metadata: table.metadata(of: id),
        samples: scratch.samples.span, exemplars: [], histograms: [])
    }
  }

  private mutating func encodeGrouped(
    _ columns: Range<Int>, _ part: ArraySlice<UInt32>?, with encoder: inout WriteRequestEncoder, _ table: SeriesTable
  ) {
    chain(columns)
    for id in part ?? scratch.order[...] {
      scratch.samples.removeAll(keepingCapacity: true)
      var seriesExemplars: [Exemplar] = []
      var seriesHistograms: [NativeHistogram] = []
      let collisions = escapes.shared.contains(id) ? collisions(in: id, columns) : []
      scratch.collisionCount += collisions.count
      var column = scratch.chains[id]?.first ?? -1
      while column >= 0 {
        let histogram = histograms.isEmpty ? nil : histograms[column]
        if collisions.contains(column) || histogram.map(encoder.version.carries) == false {
          scratch.omitted.append(column)
        } else {
          if let histogram { seriesHistograms.append(histogram) } else { scratch.samples.append(sample(at: column)) }
          if !exemplars.isEmpty { seriesExemplars += exemplars[column] ?? [] }
        }
        column = following(column, columns)
      }
      if scratch.samples.isEmpty && seriesHistograms.isEmpty { continue }
      // Two lanes are in the order in which they were taken, which need not be that of time.
      if !scratch.samples.isInTimeOrder(by: \.timestampMs) {
        scratch.samples.sort { $0.timestampMs < $1.timestampMs }
      }
      if !seriesHistograms.isInTimeOrder(by: \.timestampMs) {
        seriesHistograms.sort { $0.timestampMs < $1.timestampMs }
      }
      if columns.count < Self.groupedMin && escapes.isEmpty { writeAllButLast(id, with: &encoder, table) }
      write(id, seriesExemplars, seriesHistograms, with: &encoder, table)
    }
  }

  /// Writes each of the gathered samples but the last by itself.
  private mutating func writeAllButLast(_ id: UInt32, with encoder: inout WriteRequestEncoder, _ table: SeriesTable) {
    guard let last = scratch.samples.popLast() else { return }
    let earlier = scratch.samples
    for sample in earlier {
      scratch.samples = [sample]
      write(id, [], [], with: &encoder, table)
    }
    scratch.samples = [last]
  }

  /// The columns of a chain that stand at the time of an earlier one: an endpoint would refuse two values of one series
  /// for one time, and with them all others.
  private func collisions(in id: UInt32, _ columns: Range<Int>) -> Set<Int> {
    var times: Set<Int64> = []
    var found: Set<Int> = []
    var column = scratch.chains[id]?.first ?? -1
    while column >= 0 {
      if !times.insert(timestampsMs[column]).inserted { found.insert(column) }
      column = following(column, columns)
    }
    return found
  }

  /// The next column of the same chain; negative at its end.
  private func following(_ column: Int, _ columns: Range<Int>) -> Int {
    let next = scratch.following[column - columns.lowerBound]
    return next < 0 ? -1 : columns.lowerBound + next
  }

  /// Makes a chain of the columns of each series, by the number under which it is sent.
  private mutating func chain(_ columns: Range<Int>) {
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
    _ id: UInt32, _ exemplars: [Exemplar], _ histograms: [NativeHistogram], with encoder: inout WriteRequestEncoder,
    _ table: SeriesTable
  ) {
    let id = SeriesID(rawValue: id)
    encoder.appendSeries(
      labels: table.labelSymbols(of: id), symbols: table.symbols, metadata: table.metadata(of: id),
      samples: scratch.samples[...], exemplars: exemplars, histograms: histograms)
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
