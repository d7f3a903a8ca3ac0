/// What the names of `--enable-feature` mean here.
enum ReferenceFeature: Equatable, Sendable {
  /// It is always on, or the file asks for it itself.
  case builtIn
  /// It does something that the agent does when it is asked for.
  case works
  case noEffect(String)
  case refused(String)

  private static let queries = Self.noEffect("an agent has no queries")
  private static let database = Self.noEffect("an agent has no database")
  private static let runtime = Self.noEffect("there is no Go runtime to be told")
  private static let noOTLP = Self.noEffect("OTLP is not taken here")

  /// By name, those of Prometheus 3 and those of 2 that a unit file may still have.
  static let all: [String: ReferenceFeature] = [
    "agent": .builtIn, "expand-external-labels": .builtIn, "exemplar-storage": .builtIn, "utf8-names": .builtIn,
    "metadata-wal-records": .builtIn, "new-service-discovery-manager": .builtIn, "no-default-scrape-port": .builtIn,
    "native-histograms": .noEffect("set scrape_native_histograms in the configuration, as with Prometheus 3"),
    "ooo-native-histograms": .noEffect("it is always on, as with Prometheus 3"),
    "auto-reload-config": .works, "extra-scrape-metrics": .works,
    "auto-gomaxprocs": runtime, "auto-gomemlimit": runtime,
    "memory-snapshot-on-shutdown": database, "delayed-compaction": database, "use-uncached-io": database,
    "xor2-encoding": database, "fast-startup": .noEffect("the log is not read at start"),
    "concurrent-rule-eval": .noEffect("an agent has no rules"), "old-ui": .noEffect("there is no web interface"),
    "promql-per-step-stats": queries, "promql-experimental-functions": queries, "promql-at-modifier": queries,
    "promql-negative-offset": queries, "promql-delayed-name-removal": queries, "promql-duration-expr": queries,
    "promql-extended-range-selectors": queries, "promql-binop-fill-modifiers": queries, "use-start-timestamps": queries,
    "otlp-deltatocumulative": noOTLP, "otlp-native-delta-ingestion": noOTLP,
    "otlp-write-receiver": .refused("OTLP is not taken here; senders would lose what they send"),
    "remote-write-receiver": .refused("use the flag --web.enable-remote-write-receiver, as with Prometheus 3"),
    "created-timestamp-zero-ingestion": .refused("zeros at the start of a series are not built"),
    "st-storage": .refused("start timestamps of samples are not asked for by a feature name here"),
    "st-synthesis": .refused("made-up start timestamps are not built"),
    "type-and-unit-labels": .refused("the labels __type__ and __unit__ are not built"),
  ]

  /// The names in the values of the flag.
  static func names(in values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: true).map(String.init) }
  }
}
