import MetricModel
import Testing

@Suite("A batch of samples")
struct SampleBatchTests {
  private let series = SeriesID(rawValue: 1)
  private let exemplar = Exemplar(labels: LabelSet(), value: 1, timestampMs: nil)
  private let histogram = NativeHistogram(
    timestampMs: 1, sum: 1, schema: 0, zeroThreshold: 0,
    counts: .integer(count: 0, zeroCount: 0, negativeDeltas: [], positiveDeltas: []))

  @Test("has no column of start timestamps until a sample brings one, and then one for each float")
  func startTimestamps() {
    var batch = SampleBatch()
    batch.append(series, timestampMs: 10, value: 1)
    batch.append(series, timestampMs: 20, value: 2, startTimestampMs: 0)
    #expect(batch.startTimestampsMs.isEmpty)
    batch.append(series, timestampMs: 30, value: 3, startTimestampMs: 5)
    batch.append(series, timestampMs: 40, value: 4)
    #expect(batch.startTimestampsMs == [0, 0, 5, 0])
    batch.removeAll()
    #expect(batch.startTimestampsMs.isEmpty)
  }

  @Test("attaches an exemplar to what was appended last, float or histogram")
  func exemplars() {
    var batch = SampleBatch()
    batch.attach(exemplar)
    batch.append(series, histogram: histogram)
    batch.attach(exemplar)
    batch.append(series, timestampMs: 10, value: 1)
    batch.attach(exemplar)
    #expect(batch.exemplars.map(\.sampleIndex) == [0])
    #expect(batch.histogramExemplars.map(\.sampleIndex) == [0])
  }

  @Test("takes floats of one time as it takes them one by one", arguments: [0, 1, 3])
  func together(count: Int) {
    var (batch, model) = (SampleBatch(), SampleBatch())
    for startMs in [0, 5] as [Int64] {
      batch.append(series, timestampMs: 10, value: 1, startTimestampMs: startMs)
      model.append(series, timestampMs: 10, value: 1, startTimestampMs: startMs)
      batch.append(series, histogram: histogram)
      model.append(series, histogram: histogram)
      batch.append(atMost: 3, timestampMs: 20) { series, values in
        for number in 0..<count {
          series.append(SeriesID(rawValue: UInt32(number)))
          values.append(Double(number))
        }
      }
      for number in 0..<count {
        model.append(SeriesID(rawValue: UInt32(number)), timestampMs: 20, value: Double(number))
      }
      batch.attach(exemplar)
      model.attach(exemplar)
    }
    #expect(batch.series == model.series && batch.values == model.values)
    #expect(batch.timestampsMs == model.timestampsMs && batch.startTimestampsMs == model.startTimestampsMs)
    #expect(batch.exemplars.map(\.sampleIndex) == model.exemplars.map(\.sampleIndex))
    #expect(batch.histogramExemplars.count == model.histogramExemplars.count)
  }
}
