import MetricModel
import Testing

@Suite("A batch of samples")
struct SampleBatchTests {
  private let histogram = NativeHistogram(
    timestampMs: 5, sum: 1, schema: 0, zeroThreshold: 0,
    counts: .integer(count: 1, zeroCount: 1, negativeDeltas: [], positiveDeltas: []))

  @Test("Floats and histograms both count as samples")
  func counts() {
    var batch = SampleBatch()
    #expect(batch.isEmpty)
    batch.append(SeriesID(rawValue: 3), timestampMs: 1, value: 2)
    batch.append(SeriesID(rawValue: 4), histogram: histogram)
    #expect(batch.floatCount == 1)
    #expect(batch.sampleCount == 2)
    batch.removeAll()
    #expect(batch.isEmpty)
    #expect(batch.histograms.isEmpty)
  }

  @Test("An exemplar belongs to the sample before it")
  func exemplars() {
    var batch = SampleBatch()
    for value in [1.0, 2, 3] {
      batch.append(SeriesID(rawValue: UInt32(value)), timestampMs: 1, value: value)
      if value != 1 {
        batch.attach(Exemplar(labels: LabelSet(["trace_id": "\(value)"]), value: value, timestampMs: nil))
      }
    }
    #expect(batch.exemplars.map(\.sampleIndex) == [1, 2])
    #expect(batch.exemplars.map(\.exemplar.value) == [2, 3])
  }
}
