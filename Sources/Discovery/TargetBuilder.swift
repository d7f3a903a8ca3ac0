public import MetricModel
public import Relabeling
public import Settings

/// Makes targets from what discovery found and what the job says.
///
///     let builder = TargetBuilder(job: settings, program: program)
///     for group in groups { verdicts += builder.verdicts(on: group) }
///
/// The labels of an address are those of its group, beneath them the job's own (`job`, `__scheme__`,
/// `__metrics_path__`, `__scrape_interval__`, `__scrape_timeout__`, `__param_<name>`, and the three switches of
/// histograms); then the job's relabelling runs, which may change any of them, and what it leaves says where, how often
/// and for which histograms to scrape.
public struct TargetBuilder: Sendable {
  private let job: ScrapeSettings
  private let program: RelabelProgram
  /// Sorted by name, as they stand in a URL.
  private let parameters: [QueryParameter]

  /// - Parameter program: `relabel_configs` of the job, compiled.
  public init(job: ScrapeSettings, program: RelabelProgram) {
    self.job = job
    self.program = program
    self.parameters = job.parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// One verdict for each address of `group`, in its order.
  public func verdicts(on group: TargetGroup) -> [TargetVerdict] {
    group.addresses.map { verdict(on: $0, groupLabels: group.labels) }
  }

  public func verdict(on address: String, groupLabels: LabelSet) -> TargetVerdict {
    let discovered = discoveredLabels(address: address, groupLabels: groupLabels)
    var labels = discovered
    guard program.apply(to: &labels) else { return .dropped(discoveredLabels: discovered) }
    do {
      return .active(try target(from: labels, discovered: discovered))
    } catch {
      return .invalid(discoveredLabels: discovered, reason: error.reason)
    }
  }

  private func discoveredLabels(address: String, groupLabels: LabelSet) -> LabelSet {
    var labels = groupLabels
    labels.set(InternalLabel.address, address)
    func setIfMissing(_ name: String, _ value: String) {
      if labels[name] == nil { labels.set(name, value) }
    }
    setIfMissing("job", job.jobName)
    setIfMissing(InternalLabel.interval, DurationText.format(job.interval))
    setIfMissing(InternalLabel.timeout, DurationText.format(job.timeout))
    setIfMissing(InternalLabel.metricsPath, job.metricsPath)
    setIfMissing(InternalLabel.scheme, job.scheme)
    for (name, field) in InternalLabel.histogramSwitches {
      setIfMissing(name, job.histograms[keyPath: field] ? "true" : "false")
    }
    for parameter in parameters {
      if let value = parameter.values.first { setIfMissing(InternalLabel.parameterPrefix + parameter.name, value) }
    }
    return labels
  }

  private struct Unfit: Error {
    var reason: String
  }

  private func target(from relabelled: LabelSet, discovered: LabelSet) throws(Unfit) -> Target {
    var labels = relabelled
    guard let address = labels[InternalLabel.address] else { throw Unfit(reason: "no address") }
    if address.utf8.contains(UInt8(ascii: "/")) { throw Unfit(reason: "\"\(address)\" is not a valid hostname") }
    let scheme = labels[InternalLabel.scheme] ?? ""
    guard scheme == "http" || scheme == "https" else {
      throw Unfit(reason: "the scheme is \"\(scheme)\", it must be http or https")
    }
    let interval = try duration(labels[InternalLabel.interval], "scrape interval")
    let timeout = try duration(labels[InternalLabel.timeout], "scrape timeout")
    if timeout > interval {
      throw Unfit(
        reason: "the scrape timeout (\(DurationText.format(timeout))) is greater than the scrape interval "
          + "(\(DurationText.format(interval)))")
    }
    var histograms = job.histograms
    for (name, field) in InternalLabel.histogramSwitches {
      histograms[keyPath: field] = try flag(labels[name] ?? "", name)
    }
    labels.removeAll { $0.starts(with: InternalLabel.metaPrefix) }
    if labels["instance"] == nil { labels.set("instance", address) }
    let url = TargetURL.text(scheme: scheme, address: address, labels: labels, parameters: parameters)
    let hash = SpreadHash.value(of: labels, url: url)
    labels.removeAll { $0.starts(with: InternalLabel.reservedPrefix) }
    return Target(
      labels: labels, discoveredLabels: discovered, url: url, interval: interval, timeout: timeout,
      histograms: histograms, spreadHash: hash)
  }

  /// The spellings are those of Go, which rules written for the reference may use.
  private func flag(_ text: String, _ name: String) throws(Unfit) -> Bool {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "0", "f", "F", "false", "FALSE", "False": return false
    default: throw Unfit(reason: "\(name) is \"\(text)\", it must be true or false")
    }
  }

  private func duration(_ text: String?, _ what: String) throws(Unfit) -> Duration {
    guard let duration = try? DurationText.parse(text ?? "") else {
      throw Unfit(reason: "the \(what) \"\(text ?? "")\" is not a duration such as 1m30s")
    }
    if duration == .zero { throw Unfit(reason: "the \(what) cannot be 0") }
    return duration
  }
}

/// The labels that steer a scrape and never reach a series.
enum InternalLabel {
  static let address = "__address__"
  static let scheme = "__scheme__"
  static let metricsPath = "__metrics_path__"
  static let interval = "__scrape_interval__"
  static let timeout = "__scrape_timeout__"
  static var histogramSwitches: [(name: String, field: WritableKeyPath<HistogramIngestion, Bool>)] {
    [
      ("__scrape_native_histograms__", \.scrapesNative),
      ("__convert_classic_histograms_to_nhcb__", \.convertsClassic),
      ("__always_scrape_classic_histograms__", \.keepsClassic),
    ]
  }
  static let parameterPrefix = "__param_"
  static let metaPrefix = Array("__meta_".utf8)
  static let reservedPrefix = Array("__".utf8)
}

/// FNV-1a over labels and URL, with a final mix, since FNV alone spreads its high bits badly.
enum SpreadHash {
  static func value(of labels: LabelSet, url: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ bytes: some Sequence<UInt8>) {
      // Wrapping multiplication is what the function is defined by.
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      // 0xff occurs in no UTF-8 text, so that ("ab", "c") differs from ("a", "bc").
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    for index in 0..<labels.count {
      add(labels.name(at: index))
      add(labels.value(at: index))
    }
    add(url.utf8)
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return hash ^ (hash >> 31)
  }
}
