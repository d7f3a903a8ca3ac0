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
}

extension RequestAssembler {
  /// Encodes the samples of a cut. Samples of one series stand together, in time order.
  ///
  /// - Parameter part: if given, only these series.
  mutating func encode(
    _ cut: Cut, part: ArraySlice<UInt32>? = nil, with encoder: inout WriteRequestEncoder, table: SeriesTable
  ) {
    encoder.reset()
    let columns = start..<start + cut.columns
    if part != nil || hasRepeatedSeries(in: columns) {
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
        histogram = [found]
      } else {
        scratch.samples.append(Sample(timestampMs: timestampsMs[column], value: values[column]))
      }
      write(series[column], exemplars[column] ?? [], histogram, with: &encoder, table)
    }
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
    for column in columns where series[column] < Self.keptEnd {
      let id = SeriesID(rawValue: series[column])
      scratch.samples[0] = Sample(timestampMs: timestampsMs[column], value: values[column])
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
      var column = scratch.chains[id]?.first ?? -1
      while column >= 0 {
        if let histogram = histograms[column] {
          seriesHistograms.append(histogram)
        } else {
          scratch.samples.append(Sample(timestampMs: timestampsMs[column], value: values[column]))
        }
        if !exemplars.isEmpty { seriesExemplars += exemplars[column] ?? [] }
        let next = scratch.following[column - columns.lowerBound]
        column = next < 0 ? -1 : columns.lowerBound + next
      }
      if scratch.samples.isEmpty && seriesHistograms.isEmpty { continue }
      // Two lanes are in the order in which they were taken, which need not be that of time.
      if !scratch.samples.isInTimeOrder(by: \.timestampMs) {
        scratch.samples.sort { $0.timestampMs < $1.timestampMs }
      }
      if !seriesHistograms.isInTimeOrder(by: \.timestampMs) {
        seriesHistograms.sort { $0.timestampMs < $1.timestampMs }
      }
      write(id, seriesExemplars, seriesHistograms, with: &encoder, table)
    }
  }

  /// Makes a chain of the columns of each series.
  private mutating func chain(_ columns: Range<Int>) {
    scratch.chains.removeAll(keepingCapacity: true)
    scratch.order.removeAll(keepingCapacity: true)
    scratch.following.removeAll(keepingCapacity: true)
    scratch.following.append(contentsOf: repeatElement(-1, count: columns.count))
    for column in columns where series[column] < Self.keptEnd {
      let id = series[column]
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
