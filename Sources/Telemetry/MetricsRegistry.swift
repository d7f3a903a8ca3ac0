import Synchronization

/// All metrics that this process shows about itself.
///
///     let registry = MetricsRegistry()
///     let sent = registry.counter("samples_total", help: "Samples sent.", labels: [("endpoint", "a")])
///     sent.add(500)
///     let page = registry.render()
///
/// Asking twice for the same name and labels gives the same handle. What is fixed about a line of the page, its name
/// and labels, is rendered at registration; a page then only formats numbers.
///
/// A name belongs to one kind of metric: registering it as another kind is a mistake in the program and traps.
/// A name is expected to match `[a-zA-Z_:][a-zA-Z0-9_:]*` and a label name `[a-zA-Z_][a-zA-Z0-9_]*`; the caller
/// who takes them from outside makes them so.
public final class MetricsRegistry: Sendable {
  /// The upper bounds, in seconds, that client libraries use when nobody names others.
  public static let durationBuckets: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let families = Mutex<[String: MetricFamily]>([:])

  public init() {}

  public func counter(_ name: String, help: String, labels: [(String, String)] = []) -> Counter {
    let instrument = instrument(name, .counter, help, labels) { .counter(Counter()) }
    guard case .counter(let counter) = instrument else { clash(name) }
    return counter
  }

  /// A counter whose value lives elsewhere and is asked for at each ``render()``. Registering it again replaces `read`.
  public func counter(
    _ name: String, help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Double
  ) {
    replaceInstrument(name, .counter, help, labels, with: .computed(read))
  }

  public func gauge(_ name: String, help: String, labels: [(String, String)] = []) -> Gauge {
    let instrument = instrument(name, .gauge, help, labels) { .gauge(Gauge()) }
    guard case .gauge(let gauge) = instrument else { clash(name) }
    return gauge
  }

  /// A gauge whose value lives elsewhere and is asked for at each ``render()``. Registering it again replaces `read`.
  public func gauge(
    _ name: String, help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Double
  ) {
    replaceInstrument(name, .gauge, help, labels, with: .computed(read))
  }

  /// - Parameter buckets: upper bounds; sorted, made unique and rid of infinities here. The bucket +Inf is implied.
  public func histogram(
    _ name: String, help: String, labels: [(String, String)] = [], buckets: [Double] = durationBuckets
  ) -> Histogram {
    let instrument = instrument(name, .histogram, help, labels) { .histogram(Histogram(bounds: buckets)) }
    guard case .histogram(let histogram) = instrument else { clash(name) }
    return histogram
  }

  /// A sum and a count, shown as a summary without quantiles.
  public func summary(_ name: String, help: String, labels: [(String, String)] = []) -> Summary {
    let instrument = instrument(name, .summary, help, labels) { .summary(Summary()) }
    guard case .summary(let summary) = instrument else { clash(name) }
    return summary
  }

  /// Forgets every metric that carries the label `name` with the value `value`, as when an endpoint or a job is gone.
  ///
  /// - Returns: how many metrics were forgotten.
  @discardableResult
  public func remove(labels label: (name: String, value: String)) -> Int {
    families.withLock { families in
      var removedCount = 0
      for name in Array(families.keys) {
        removedCount += families[name]?.remove(label) ?? 0
        if families[name]?.lines.isEmpty == true { families[name] = nil }
      }
      return removedCount
    }
  }

  /// The value of one counter or gauge, or nil when there is none of that name with exactly these labels.
  public func value(of name: String, labels: [(String, String)] = []) -> Double? {
    let prefix = MetricFamily.prefix(labels)
    // The closure of a computed metric may lock, so it is called outside.
    let line = families.withLock { $0[name]?.lines[prefix] }
    return line?.instrument.number
  }

  /// The page in the text format 0.0.4: families by name, and within a family by labels.
  ///
  /// Metrics registered with `read` are asked now, on this thread, while no lock of the registry is held.
  public func render() -> [UInt8] {
    let snapshot = families.withLock { Array($0.values) }
    var page = MetricsPage()
    for family in snapshot.sorted(by: { $0.name < $1.name }) { page.append(family) }
    return page.bytes
  }

  private func instrument(
    _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ labels: [(String, String)],
    make: () -> MetricFamily.Instrument
  ) -> MetricFamily.Instrument {
    families.withLock { families in
      var family = families[name] ?? MetricFamily(name: name, kind: kind, help: help)
      precondition(family.kind == kind, "\(name) is a \(family.kind.rawValue), not a \(kind.rawValue)")
      let instrument = family.instrument(labels, make: make)
      families[name] = family
      return instrument
    }
  }

  private func replaceInstrument(
    _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ labels: [(String, String)],
    with instrument: MetricFamily.Instrument
  ) {
    families.withLock { families in
      var family = families[name] ?? MetricFamily(name: name, kind: kind, help: help)
      precondition(family.kind == kind, "\(name) is a \(family.kind.rawValue), not a \(kind.rawValue)")
      family.replaceInstrument(labels, with: instrument)
      families[name] = family
    }
  }

  private func clash(_ name: String) -> Never {
    preconditionFailure("\(name) is computed by a closure and cannot be had as a handle")
  }
}
