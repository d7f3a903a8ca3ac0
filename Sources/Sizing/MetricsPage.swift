import Exposition
import MetricModel

/// A page of `/metrics`, by metric name.
public struct MetricsPage: Sendable {
  struct Entry: Sendable {
    var labels: [String: String]
    var value: Double
  }

  /// What the page is called in messages: the file or the URL it came from, without secrets.
  public let name: String
  private var families: [String: [Entry]] = [:]

  /// Reads Prometheus text, or OpenMetrics where it ends with `# EOF`.
  ///
  /// - Throws: `SizingError` that says at which line the page is malformed.
  /// - Complexity: O(bytes).
  public init(name: String, body: [UInt8]) throws(SizingError) {
    self.name = name
    let tail = String(decoding: body.suffix(16), as: UTF8.self)
    let isOpenMetrics = tail.hasSuffix("# EOF\n") || tail.hasSuffix("# EOF")
    var parser = ExpositionParser(body, format: isOpenMetrics ? .openMetrics : .prometheusText)
    var labels = LabelSet()
    do throws(ExpositionError) {
      while let entry = try parser.next() {
        guard entry == .series, parser.labels(into: &labels), let family = labels["__name__"] else { continue }
        let pairs = labels.pairs.filter { $0.name != "__name__" }
        families[family, default: []].append(
          Entry(
            labels: Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }), value: parser.value))
      }
    } catch {
      throw SizingError("\(name) is no page of metrics: \(error)")
    }
  }

  var isEmpty: Bool { families.isEmpty }

  func entries(_ family: String) -> [Entry] { families[family] ?? [] }

  func has(_ family: String) -> Bool { families[family] != nil }

  /// The sum of the samples of `family` with all of `labels`; nil when there is none, or one is no number.
  func sum(_ family: String, _ labels: [String: String] = [:]) -> Double? {
    let found = entries(family).filter { entry in labels.allSatisfy { entry.labels[$0.key] == $0.value } }
    let sum = found.reduce(0) { $0 + $1.value }
    return found.isEmpty || !sum.isFinite ? nil : sum
  }

  /// ``sum(_:_:)`` of the first of `names` that the page has.
  func first(_ names: [String], _ labels: [String: String] = [:]) -> Double? {
    for name in names { if let sum = sum(name, labels) { return sum } }
    return nil
  }
}

/// Why nothing can be said: what is wrong, with what, and what to do.
public struct SizingError: Error, Hashable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
