import ByteCoding
import MetricModel
import Relabeling

/// Series that are held, each once, to be gone through many times: some 30 bytes and 8 for each label.
struct SeriesStock: Sendable {
  private var table = SeriesTable()
  private(set) var ids: [SeriesID] = []

  var count: Int { ids.count }

  mutating func add(_ labels: LabelSet) {
    let known = table.count
    let id = table.register(labels)
    if table.count > known { ids.append(id) }
  }

  subscript(index: Int) -> LabelSet { table.labels(of: ids[index]) }

  /// Hands over each series; `labels` is the same memory every time and may be changed.
  func forEach(_ body: (Int, inout LabelSet) -> Void) {
    var labels = LabelSet()
    for (index, id) in ids.enumerated() {
      table.copyLabels(of: id, into: &labels)
      body(index, &labels)
    }
  }

  /// How many different series are left of these.
  ///
  /// - Complexity: O(series × rules), and a set of 16 bytes for each that is left.
  func count(after program: RelabelProgram) -> Int {
    var scratch = RelabelScratch()
    var digests = Set<Hash128.Digest>(minimumCapacity: count)
    forEach { _, labels in
      if program.apply(to: &labels, scratch: &scratch), !labels.isEmpty { digests.insert(labels.digest()) }
    }
    return digests.count
  }

  /// What is left of these, each once.
  func applying(_ program: RelabelProgram) -> SeriesStock {
    var result = SeriesStock()
    var scratch = RelabelScratch()
    forEach { _, labels in
      if program.apply(to: &labels, scratch: &scratch), !labels.isEmpty { result.add(labels) }
    }
    return result
  }

  /// The names of labels with how many different values each has, and the metrics with their series.
  func census() -> (labels: [String: Set<String>], metrics: [String: Int]) {
    var labels: [String: Set<String>] = [:]
    var metrics: [String: Int] = [:]
    // By symbols first: a value is made a text once, not once for each series.
    var values: [UInt32: Set<UInt32>] = [:]
    for id in ids {
      for (name, value) in zip(table.labelNames(of: id), table.labelValues(of: id)) {
        values[name, default: []].insert(value)
      }
    }
    func text(_ symbol: UInt32) -> String { String(decoding: table.symbols.bytes(of: symbol), as: UTF8.self) }
    for (name, symbols) in values { labels[text(name)] = Set(symbols.map(text)) }
    forEach { _, set in
      if let name = set["__name__"] { metrics[name, default: 0] += 1 }
    }
    return (labels, metrics)
  }
}
