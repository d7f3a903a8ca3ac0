import Relabeling
import Settings

/// Reads `scrape_configs`.
struct ScrapeSection {
  let context: ReadingContext
  let global: GlobalSettings

  /// The jobs of one file. `names` holds the jobs read so far with the file each came from.
  func scrapes(in root: SectionReader, names: inout [String: String]) -> [ScrapeSettings] {
    let sections = root.sections("scrape_configs", emptyMessage: "empty or null scrape config section")
    return sections.map { section in
      let scrape = scrape(in: section)
      if let first = names[scrape.jobName] {
        let origin = first == section.findings.path ? "" : ", first found in \(first)"
        section.error(
          .duplicateName, at: section.valuePlace(of: "job_name"),
          "found multiple scrape configs with job name \"\(scrape.jobName)\"\(origin)",
          fix: "give each job its own name")
      } else if !scrape.jobName.isEmpty {
        names[scrape.jobName] = section.findings.path
      }
      return scrape
    }
  }

  private func scrape(in section: SectionReader) -> ScrapeSettings {
    let name = section.text("job_name")
    if name?.value.isEmpty ?? true, !(section.field("job_name").map { $0.value.scalar == nil } ?? false) {
      section.error(
        .missing, at: section.has("job_name") ? section.valuePlace(of: "job_name") : section.place,
        "job_name is empty", fix: "add job_name")
    }
    var scrape = ScrapeSettings(jobName: name?.value ?? "")
    scrape.histograms = global.histograms
    scrape.histograms.readSwitches(section)
    readTiming(section, into: &scrape)
    readRequest(section, into: &scrape)
    section.read("honor_labels", into: &scrape.honorLabels)
    section.read("honor_timestamps", into: &scrape.honorTimestamps)
    section.read("track_timestamps_staleness", into: &scrape.trackTimestampsStaleness)
    scrape.extraScrapeMetrics = global.extraScrapeMetrics
    if let extra = section.bool("extra_scrape_metrics"), section.field("extra_scrape_metrics")?.value.isNull == false {
      scrape.extraScrapeMetrics = extra.value
    }
    scrape.limits = ScrapeLimits(section).inheriting(global.limits)
    let names = NameSchemes(section)
    names.check(inheriting: global.names, in: section)
    (scrape.nameValidation, scrape.nameEscaping) = names.effective(inheriting: global.names)
    scrape.histograms.bucketLimit = section.count("native_histogram_bucket_limit")?.value ?? 0
    scrape.histograms.minBucketFactor = section.decimal("native_histogram_min_bucket_factor")?.value ?? 0
    scrape.failureLogFile = ScrapeFailureLog.path(section, context) ?? global.failureLogFile
    let rules = RelabelSection(scheme: names.validation ?? global.names.validation ?? .utf8)
    scrape.relabelRules = rules.rules(
      "relabel_configs", in: section, emptyMessage: "empty or null target relabeling rule in scrape config")
    scrape.metricRelabelRules = rules.rules(
      "metric_relabel_configs", in: section, emptyMessage: "empty or null metric relabeling rule in scrape config")
    let hasRules = section.list("relabel_configs")?.isEmpty == false
    let discovery = DiscoverySections(context: context)
    scrape.staticTargets = discovery.staticTargets(in: section, addressesAreFinal: !hasRules)
    scrape.fileDiscoveries = discovery.fileDiscoveries(in: section)
    scrape.httpDiscoveries = discovery.httpDiscoveries(in: section)
    scrape.dnsDiscoveries = discovery.dnsDiscoveries(in: section)
    discovery.checkOthers(in: section)
    section.finish()
    return scrape
  }

  private func readTiming(_ section: SectionReader, into scrape: inout ScrapeSettings) {
    scrape.interval = global.interval
    if let found = section.duration("scrape_interval"), found.value != .zero { scrape.interval = found.value }
    scrape.timeout = min(global.timeout, scrape.interval)
    if let found = section.duration("scrape_timeout"), found.value != .zero {
      scrape.timeout = found.value
      if found.value > scrape.interval {
        section.error(
          .conflict, at: found.place,
          "scrape timeout greater than scrape interval for scrape config with job name \"\(scrape.jobName)\"",
          fix: "lower scrape_timeout or raise scrape_interval")
      }
    }
  }

  private func readRequest(_ section: SectionReader, into scrape: inout ScrapeSettings) {
    let owner = "scrape config with job name \"\(scrape.jobName)\""
    scrape.protocols =
      ScrapeProtocolList.read(section, context: owner) ?? global.protocols
      ?? (scrape.histograms.scrapesNative
        ? ScrapeProtocol.preferredForNativeHistograms : ScrapeProtocol.preferredByDefault)
    if let fallback = section.text("fallback_scrape_protocol"), !fallback.value.isEmpty {
      scrape.fallbackProtocol = ScrapeProtocol(rawValue: fallback.value)
      if scrape.fallbackProtocol == nil {
        section.error(
          .invalidValue, at: fallback.place,
          "invalid fallback_scrape_protocol for \(owner): unknown scrape protocol \(fallback.value), "
            + "supported: [\(ScrapeProtocolList.supported)]")
      }
    }
    section.read("metrics_path", into: &scrape.metricsPath)
    if let scheme = section.text("scheme") {
      scrape.scheme = scheme.value
      if !["http", "https"].contains(scheme.value) {
        section.findings.cannotWork(
          at: scheme.place, "targets cannot be scraped over \"\(scheme.value)\"", fix: "use http or https")
      }
    }
    section.read("enable_compression", into: &scrape.enableCompression)
    if let parameters = section.section("params") {
      for (name, _) in parameters.takeFields(where: { _ in true }) {
        let values = parameters.texts(name)?.map(\.value) ?? []
        scrape.parameters.append(QueryParameter(name: name, values: values))
      }
    }
    scrape.http = HTTPClientSettings(section, context)
  }
}
