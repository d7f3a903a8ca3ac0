import MetricModel
import Relabeling
import Settings

/// `global`: what jobs inherit.
struct GlobalSettings {
  var interval: Duration = .seconds(60)
  var timeout: Duration = .seconds(10)
  /// nil when the file does not say.
  var protocols: [ScrapeProtocol]?
  var limits = ScrapeLimits()
  var extraScrapeMetrics = false
  var names = NameSchemes()
  var histograms = HistogramIngestion()
  /// Absolute.
  var failureLogFile: String?
  var externalLabels = LabelSet()

  init() {}

  /// Reads `global`; one that is empty is all defaults.
  init(_ section: SectionReader, _ context: ReadingContext) {
    names = NameSchemes(section)
    if let found = section.duration("scrape_interval"), found.value != .zero { interval = found.value }
    if let found = section.duration("scrape_timeout"), found.value != .zero {
      timeout = found.value
      if timeout > interval {
        section.error(
          .conflict, at: found.place, "global scrape timeout greater than scrape interval",
          fix: "lower scrape_timeout or raise scrape_interval")
      }
    } else {
      timeout = min(timeout, interval)
    }
    protocols = ScrapeProtocolList.read(section, context: "global config")
    limits = ScrapeLimits(section)
    extraScrapeMetrics = context.extraScrapeMetrics
    section.read("extra_scrape_metrics", into: &extraScrapeMetrics)
    histograms.readSwitches(section)
    externalLabels = labels(section, context)
    failureLogFile = ScrapeFailureLog.path(section, context)
    // Recording rules and queries are no part of an agent.
    _ = section.duration("evaluation_interval")
    _ = section.duration("rule_query_offset")
    _ = section.text("query_log_file")
    section.finish()
  }

  private func labels(_ section: SectionReader, _ context: ReadingContext) -> LabelSet {
    var labels = LabelSet()
    for (name, value) in section.textMap("external_labels") ?? [] {
      if !names.accepts(label: name.value) {
        section.error(.invalidValue, at: name.place, "\"\(name.value)\" is not a valid label name")
      }
      labels.set(name.value, EnvironmentExpansion.expand(value.value, context.environment))
    }
    return labels
  }
}

/// `metric_name_validation_scheme` and `metric_name_escaping_scheme`.
struct NameSchemes {
  /// nil when the file does not say.
  var validation: LabelNameScheme?
  /// nil when the file does not say.
  var escaping: Located<String>?

  static let escapings = NameEscaping.allCases.map(\.rawValue)

  init() {}

  init(_ section: SectionReader) {
    if let text = section.text("metric_name_validation_scheme") {
      switch text.value {
      case "": break
      case "utf8": validation = .utf8
      case "legacy": validation = .legacy
      default:
        section.error(
          .invalidValue, at: text.place, "unrecognized ValidationScheme: \"\(text.value)\"", fix: "utf8 or legacy")
      }
    }
    if let text = section.text("metric_name_escaping_scheme"), !text.value.isEmpty {
      escaping = text
    }
  }

  /// What a job's names may be, and how it asks for them. Legacy names are asked for unless the file says otherwise.
  func effective(inheriting global: NameSchemes) -> (validation: LabelNameScheme, escaping: NameEscaping) {
    let validation = validation ?? global.validation ?? .utf8
    // A job with a scheme of its own does not inherit how the others escape names.
    let text = escaping ?? (self.validation == nil ? global.escaping : nil)
    let byDefault: NameEscaping = validation == .legacy ? .underscores : .allowUTF8
    return (validation, text.flatMap { NameEscaping(rawValue: $0.value) } ?? byDefault)
  }

  func accepts(label name: String) -> Bool {
    guard let first = name.utf8.first else { return false }
    guard validation == .legacy else { return true }
    return !(0x30...0x39).contains(first)
      && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == 0x5f }
  }

  /// Checks the schemes of a job against those it inherits.
  func check(inheriting global: NameSchemes, in section: SectionReader) {
    if let escaping = global.escaping, !Self.escapings.contains(escaping.value) {
      // Reported where the word stands, and once: the first job speaks for all.
      guard !section.findings.hasError(at: escaping.place) else { return }
      return report(unknown: escaping, "global", section)
    }
    if let escaping, !Self.escapings.contains(escaping.value) {
      return report(unknown: escaping, "scrape config", section)
    }
    let validation = validation ?? global.validation ?? .utf8
    let inherited = self.validation == nil ? global.escaping : nil
    guard let effective = escaping ?? inherited, effective.value == "allow-utf-8", validation == .legacy else { return }
    section.error(
      .conflict, at: effective.place, "utf8 metric names requested but validation scheme is not set to UTF8",
      fix: "remove one of the two")
  }

  private func report(unknown escaping: Located<String>, _ owner: String, _ section: SectionReader) {
    section.error(
      .invalidValue, at: escaping.place, "unknown \(owner) name escaping method specified, got \"\(escaping.value)\"",
      fix: "one of \(Self.escapings.joined(separator: ", "))")
  }
}

extension HistogramIngestion {
  /// Reads the switches that exist in `global` and in every job; what is not there stays.
  mutating func readSwitches(_ section: SectionReader) {
    let switches: [(key: String, field: WritableKeyPath<HistogramIngestion, Bool>)] = [
      ("scrape_native_histograms", \.scrapesNative), ("convert_classic_histograms_to_nhcb", \.convertsClassic),
      ("always_scrape_classic_histograms", \.keepsClassic),
    ]
    for (key, field) in switches {
      // A key without a value inherits, as one that is not there.
      guard let found = section.bool(key), section.field(key)?.value.isNull == false else { continue }
      self[keyPath: field] = found.value
    }
  }
}

enum ScrapeFailureLog {
  /// The absolute path of the file, or nil.
  static func path(_ section: SectionReader, _ context: ReadingContext) -> String? {
    guard let path = section.text("scrape_failure_log_file"), !path.value.isEmpty else { return nil }
    return context.absolute(path.value)
  }
}

/// `scrape_protocols`.
enum ScrapeProtocolList {
  static let supported = ScrapeProtocol.allCases.map(\.rawValue).sorted().joined(separator: " ")

  /// nil when the file does not say, or says it wrong.
  static func read(_ section: SectionReader, context: String) -> [ScrapeProtocol]? {
    guard let names = section.texts("scrape_protocols") else { return nil }
    guard !names.isEmpty else {
      section.error(
        .invalidValue, at: section.valuePlace(of: "scrape_protocols"),
        "scrape_protocols cannot be empty for \(context)", fix: "leave it out for the default")
      return nil
    }
    var protocols: [ScrapeProtocol] = []
    var seen = Set<String>()
    for name in names {
      if !seen.insert(name.value.lowercased()).inserted {
        section.error(
          .duplicateName, at: name.place,
          "duplicated protocol in scrape_protocols, got \(name.value) twice for \(context)", fix: "name it once")
      } else if let found = ScrapeProtocol(rawValue: name.value) {
        protocols.append(found)
      } else {
        let nearest = NearestName.of(name.value, among: ScrapeProtocol.allCases.map(\.rawValue))
        section.error(
          .invalidValue, at: name.place,
          "scrape_protocols: unknown scrape protocol \(name.value), supported: [\(supported)] for \(context)",
          fix: nearest.map { "did you mean `\($0)`?" } ?? "")
      }
    }
    return protocols.isEmpty ? nil : protocols
  }
}

extension ScrapeLimits {
  /// Reads the limits that `global` and every job have.
  init(_ section: SectionReader) {
    self.init()
    bodyBytes = max(0, section.size("body_size_limit")?.value ?? 0)
    samples = section.count("sample_limit")?.value ?? 0
    targets = section.count("target_limit")?.value ?? 0
    labels = section.count("label_limit")?.value ?? 0
    labelNameBytes = section.count("label_name_length_limit")?.value ?? 0
    labelValueBytes = section.count("label_value_length_limit")?.value ?? 0
    keepDroppedTargets = section.count("keep_dropped_targets")?.value ?? 0
  }

  /// The limits of a job: its own where it has one, else the inherited.
  func inheriting(_ global: ScrapeLimits) -> ScrapeLimits {
    var limits = self
    let fields: [WritableKeyPath<ScrapeLimits, Int>] = [
      \.bodyBytes, \.samples, \.targets, \.labels, \.labelNameBytes, \.labelValueBytes, \.keepDroppedTargets,
    ]
    for field in fields where limits[keyPath: field] == 0 { limits[keyPath: field] = global[keyPath: field] }
    return limits
  }
}
