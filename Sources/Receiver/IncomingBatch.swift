import Intake
import MetricModel
import RemoteWriteProtocol

/// The series of one request in the form in which the ledger takes them: checked, labels sorted, each with its key.
///
/// A key is the labels in name order, each name and each value followed by the byte 0xFF, which no UTF-8 text
/// holds. So two label sets have one key exactly when they are one series, and a key can be read back.
struct IncomingBatch: Sendable {
  struct Series: Sendable {
    /// Where the key begins in ``IncomingBatch/keys``, and its length in bytes.
    var keyStart: Int
    var keyCount: Int
    var hash: Int
    var samples: ArraySlice<Sample>
    var histograms: ArraySlice<NativeHistogram>
    var exemplarCount: Int
    var metadata: MetricMetadata
  }

  static let separator: UInt8 = 0xff

  private(set) var keys: [UInt8] = []
  private(set) var series: [Series] = []

  init() {}

  /// The series of a request, whose labels are sorted and unique.
  init(_ request: AdmittedRequest) {
    series.reserveCapacity(request.series.count)
    for one in request.series {
      let labels = one.labels
      append(
        labels: (0..<labels.count).lazy.map { (name: labels.name(at: $0), value: labels.value(at: $0)) },
        samples: one.samples, histograms: one.histograms, exemplarCount: one.exemplars.count,
        metadata: one.metadata ?? .none)
    }
  }

  /// Appends a series; `labels` are sorted by name, without duplicates and empty texts.
  mutating func append(
    labels: some Sequence<(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)>, samples: ArraySlice<Sample>,
    histograms: ArraySlice<NativeHistogram>, exemplarCount: Int, metadata: MetricMetadata
  ) {
    let start = keys.count
    for label in labels {
      keys.append(contentsOf: label.name)
      keys.append(Self.separator)
      keys.append(contentsOf: label.value)
      keys.append(Self.separator)
    }
    // Keyed anew by each process, so that nobody outside can choose labels that all fall into one place.
    var hasher = Hasher()
    keys.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[start...])) }
    series.append(
      Series(
        keyStart: start, keyCount: keys.count - start, hash: hasher.finalize(), samples: samples,
        histograms: histograms, exemplarCount: exemplarCount, metadata: metadata))
  }

  /// The label set that a key stands for.
  static func labels(key: ArraySlice<UInt8>) -> LabelSet {
    var labels = LabelSet()
    let texts = key.split(separator: separator, omittingEmptySubsequences: false)
    var index = texts.startIndex
    while index + 1 < texts.endIndex {
      labels.set(texts[index], texts[index + 1])
      index += 2
    }
    return labels
  }
}
