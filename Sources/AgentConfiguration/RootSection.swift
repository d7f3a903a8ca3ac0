import Relabeling
import Settings

/// Reads the top level of a configuration file, and the sections that an agent has no use for.
struct RootSection {
  let context: ReadingContext

  struct Content {
    var settings = AgentSettings()
    var global = GlobalSettings()
    /// `scrape_config_files`, made absolute, with their places.
    var scrapeFiles: [Located<String>] = []
    var jobNames: [String: String] = [:]
  }

  func content(of root: SectionReader) -> Content {
    var content = Content()
    content.global.extraScrapeMetrics = context.extraScrapeMetrics
    if let global = root.filledSection("global") { content.global = GlobalSettings(global, context) }
    content.settings.externalLabels = content.global.externalLabels
    content.scrapeFiles = scrapeFiles(in: root)
    content.settings.scrapeFilePatterns = content.scrapeFiles.map(\.value)
    let scrapes = ScrapeSection(context: context, global: content.global)
    content.settings.scrapes = scrapes.scrapes(in: root, names: &content.jobNames)
    let rules = RelabelSection(scheme: content.global.names.validation ?? .utf8)
    let endpoints = EndpointSection(context: context, rules: rules)
    content.settings.endpoints = endpoints.endpoints(in: root)
    checkRuleFiles(root)
    if context.isServer { ServerSections(context: context, rules: rules).check(root) } else { checkAgentMode(root) }
    if let runtime = root.section("runtime") {
      // Concerns the garbage collector of the reference.
      _ = runtime.integer("gogc")
      runtime.finish()
    }
    if let storage = root.section("storage") { checkStorage(storage) }
    if let tracing = root.filledSection("tracing") { checkTracing(tracing) }
    if let otlp = root.section("otlp") { checkOTLP(otlp) }
    root.finish()
    return content
  }

  private func scrapeFiles(in root: SectionReader) -> [Located<String>] {
    (root.texts("scrape_config_files") ?? []).compactMap { path in
      guard DiscoverySections.hasWildcardInLastElementOnly(path.value) else {
        root.error(
          .invalidValue, at: path.place, "invalid scrape config file path \"\(path.value)\"",
          fix: "* may stand in the last element only")
        return nil
      }
      return Located(value: context.absolute(path.value), place: path.place)
    }
  }

  private func checkRuleFiles(_ root: SectionReader) {
    for path in root.texts("rule_files") ?? [] where !DiscoverySections.hasWildcardInLastElementOnly(path.value) {
      root.error(.invalidValue, at: path.place, "invalid rule file path \"\(path.value)\"")
    }
  }

  private func checkAgentMode(_ root: SectionReader) {
    let fix = "an agent only collects and forwards; leave this to the server that stores the data"
    for key in ["rule_files", "remote_read"] where root.list(key)?.isEmpty == false {
      root.error(.notInAgentMode, at: root.place(of: key), "field \(key) is not allowed in agent mode", fix: fix)
    }
    guard let alerting = root.section("alerting") else { return }
    let lists = ["alertmanagers", "alert_relabel_configs"].map { alerting.list($0) ?? [] }
    alerting.finish()
    if lists.contains(where: { !$0.isEmpty }) {
      root.error(.notInAgentMode, at: alerting.place, "field alerting is not allowed in agent mode", fix: fix)
    }
  }

  private func checkStorage(_ section: SectionReader) {
    if let tsdb = section.section("tsdb") {
      if let window = tsdb.duration("out_of_order_time_window"), window.value != .zero {
        tsdb.findings.noEffect(
          "out_of_order_time_window", at: window.place,
          why: "The log takes samples in the order in which they come, however old they are.",
          fix: "set it on the server that stores the data, which has to accept them")
      }
      if let retention = tsdb.section("retention") {
        _ = retention.duration("time")
        _ = retention.size("size")
        _ = retention.decimal("percentage")
        retention.finish()
      }
      tsdb.finish()
    }
    if let exemplars = section.section("exemplars") {
      _ = exemplars.integer("max_exemplars")
      exemplars.finish()
    }
    section.finish()
  }

  private func checkTracing(_ section: SectionReader) {
    if let type = section.text("client_type"), !["http", "grpc"].contains(type.value) {
      section.error(
        .invalidValue, at: type.place, "expected tracing client type to be to be http or grpc, but got \(type.value)")
    }
    if section.text("endpoint")?.value.isEmpty ?? true {
      section.error(
        .missing, at: section.has("endpoint") ? section.valuePlace(of: "endpoint") : section.place,
        "tracing endpoint must be set")
    }
    _ = section.decimal("sampling_fraction")
    _ = section.bool("insecure")
    if let tls = section.section("tls_config") { _ = TLSSettings(tls, context) }
    for (name, _) in section.textMap("headers") ?? [] {
      let lowered = name.value.lowercased()
      if lowered == "authorization" {
        section.error(
          .invalidValue, at: name.place, "custom authorization header configuration is not yet supported")
      } else if RequestHeaders.reservedForWrite.contains(lowered) {
        section.error(
          .invalidValue, at: name.place, "\(name.value) is a reserved header. It must not be changed")
      }
    }
    if let compression = section.text("compression"), !["", "gzip"].contains(compression.value) {
      section.error(
        .invalidValue, at: compression.place,
        "invalid compression type \(compression.value) provided, valid options: gzip")
    }
    _ = section.duration("timeout")
    section.finish()
    section.findings.noEffect(
      "tracing", at: section.place, why: "This agent records no traces of its own work.", fix: "leave it out")
  }

  private func checkOTLP(_ section: SectionReader) {
    let strategies = [
      "UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes", "NoUTF8EscapingWithSuffixes",
      "NoTranslation",
    ]
    let switches = [
      "promote_all_resource_attributes", "keep_identifying_resource_attributes", "convert_histograms_to_nhcb",
      "promote_scope_metadata", "label_name_underscore_sanitization", "label_name_preserve_multiple_underscores",
    ]
    for key in switches { _ = section.bool(key) }
    let promotesAll = section.bool("promote_all_resource_attributes")?.value ?? false
    let promoted = Self.attributes("promote_resource_attributes", in: section)
    let ignored = Self.attributes("ignore_resource_attributes", in: section)
    if promotesAll && promoted {
      section.error(
        .conflict, at: section.place(of: "promote_resource_attributes"),
        "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously")
    }
    if !promotesAll && ignored {
      section.error(
        .conflict, at: section.place(of: "ignore_resource_attributes"),
        "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true")
    }
    if let strategy = section.text("translation_strategy"), !strategy.value.isEmpty,
      !strategies.contains(strategy.value)
    {
      section.error(
        .invalidValue, at: strategy.place, "unsupported OTLP translation strategy \"\(strategy.value)\"",
        fix: "one of \(strategies.joined(separator: ", "))")
    }
    section.finish()
    if !section.keys.isEmpty {
      section.findings.noEffect(
        "otlp", at: section.place, why: "It is about the OTLP receiver, which this agent does not have.",
        fix: "leave it out; what sends OTLP needs an endpoint elsewhere")
    }
  }

  /// Checks a list of attributes; whether it holds any.
  private static func attributes(_ key: String, in section: SectionReader) -> Bool {
    let attributes = section.texts(key) ?? []
    var seen = Set<String>()
    for attribute in attributes {
      let name = attribute.value.trimmingSpaces
      if name.isEmpty {
        section.error(.invalidValue, at: attribute.place, "invalid '\(key)': empty OTel resource attribute")
      } else if !seen.insert(name).inserted {
        section.error(
          .duplicateName, at: attribute.place, "invalid '\(key)': duplicated OTel resource attribute \"\(name)\"")
      }
    }
    return !attributes.isEmpty
  }
}
