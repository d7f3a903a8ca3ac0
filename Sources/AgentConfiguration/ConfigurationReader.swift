public import Diagnostics
public import Settings

/// What a configuration file says, or everything that is wrong with it.
public struct ConfigurationResult: Sendable {
  /// The settings; nil when there is an error.
  public var settings: AgentSettings?
  /// What the reference's agent mode would refuse too, in the order of the file; all of severity error.
  public var errors: [Finding]
  /// What the reference accepts and this agent cannot do. A check passes with these; the agent must not start.
  public var notBuilt: [Finding]
  /// What has no effect here and does no harm by it; all of severity warning.
  public var warnings: [Finding]

  /// Errors first, then what is not built, then warnings.
  public var findings: [Finding] { errors + notBuilt + warnings }
}

/// Reads a `prometheus.yml` by the rules of Prometheus's agent mode.
///
///     let reader = ConfigurationReader(directory: "/etc/prometheus", environment: { variables[$0] })
///     let result = reader.read(text: text, path: "prometheus.yml")
///     guard let settings = result.settings, result.notBuilt.isEmpty else { … result.findings.text … }
///
/// All mistakes of a file are reported at once, each with its line and column; a file that is not YAML yields the one
/// place where reading had to stop (and the duplicate keys before it). Reading is a function of its inputs: it
/// touches files only through ``ConfigurationFiles``, and only those of `scrape_config_files`.
public struct ConfigurationReader: Sendable {
  /// Where relative paths start: the directory of the configuration file, absolute.
  public var directory: String
  /// The value of an environment variable for `external_labels`, nil when there is none.
  public var environment: @Sendable (String) -> String?
  public var files: any ConfigurationFiles
  /// What `extra_scrape_metrics` of `global` is where the file does not say.
  public var extraScrapeMetrics = false
  /// Goes by the rules for a server: what agent mode refuses is checked and otherwise ignored.
  public var isServer = false

  public init(
    directory: String, environment: @escaping @Sendable (String) -> String? = { _ in nil },
    files: any ConfigurationFiles = LocalConfigurationFiles()
  ) {
    self.directory = directory
    self.environment = environment
    self.files = files
  }

  /// - Parameter path: how findings name the file.
  public func read(text: String, path: String) -> ConfigurationResult {
    let findings = FindingCollector(path: path)
    let context = ReadingContext(
      directory: directory, environment: environment, extraScrapeMetrics: extraScrapeMetrics, isServer: isServer)
    var content = RootSection.Content()
    if let node = YAMLParsing.document(in: text, findings: findings), !node.isNull,
      let root = SectionReader(node, name: "the configuration", place: node.place, findings: findings)
    {
      content = RootSection(context: context).content(of: root)
    }
    var results = [findings]
    readScrapeFiles(into: &content, findings: findings, results: &results)
    let errors = results.flatMap { Self.inOrder($0.errors) }
    return ConfigurationResult(
      settings: errors.isEmpty ? content.settings : nil, errors: errors,
      notBuilt: results.flatMap { Self.inOrder($0.notBuilt) },
      warnings: results.flatMap { Self.inOrder($0.warnings) })
  }

  private func readScrapeFiles(
    into content: inout RootSection.Content, findings: FindingCollector, results: inout [FindingCollector]
  ) {
    for pattern in content.scrapeFiles {
      for path in files.paths(matching: pattern.value) {
        let text: String
        do {
          text = try files.text(atPath: path)
        } catch {
          findings.error(
            .unreadableFile, at: pattern.place, "cannot read scrape config file \"\(path)\"", evidence: "\(error)")
          continue
        }
        let own = FindingCollector(path: path)
        results.append(own)
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let context = ReadingContext(directory: String(path[..<slash]), environment: environment)
        guard let node = YAMLParsing.document(in: text, findings: own), !node.isNull,
          let root = SectionReader(node, name: "the scrape config file", place: node.place, findings: own)
        else { continue }
        let section = ScrapeSection(context: context, global: content.global)
        content.settings.scrapes += section.scrapes(in: root, names: &content.jobNames)
        root.finish()
      }
    }
  }

  /// By place; findings of one place stay in the order in which they were made.
  static func inOrder(_ findings: [Finding]) -> [Finding] {
    findings.enumerated().sorted {
      ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset) < (
        $1.element.line ?? 0, $1.element.column ?? 0, $1.offset
      )
    }.map(\.element)
  }
}
