import Relabeling
import RemoteWriteProtocol

/// The stages by name, in the order of the way of a sample.
public enum StageName: String, CaseIterable, Sendable {
  case parser
  case scrapeFirst = "scrape-first"
  case scrapeRepeated = "scrape-repeated"
  case scrapeChurn = "scrape-churn"
  case relabel
  case logAppend = "log-append"
  case logRead = "log-read"
  case requests
  case encodeV1 = "encode-rw1"
  case encodeV2 = "encode-rw2"
  case snappy
  case decodeV1 = "decode-rw1"
  case decodeV2 = "decode-rw2"
  case scanV1 = "scan-rw1"
  case scanV2 = "scan-rw2"
  case pipeline
  case pipelineChurn = "pipeline-churn"
  case pipelineRules = "pipeline-rules"

  /// What the stage does, in a few words.
  public var summary: String {
    switch self {
    case .parser: "walks the lines of a page and their labels"
    case .scrapeFirst: "reads a target's first page into a batch: labels, numbers for new series"
    case .scrapeRepeated: "reads a page with the same lines and other numbers into a batch"
    case .scrapeChurn: "the same, where one series in a hundred has made way for another"
    case .relabel: "five usual rules on the labels of a series"
    case .logAppend: "makes a record of a batch and appends it, the disk included"
    case .logRead: "reads records and decodes them into columns"
    case .requests: "reads, decodes, resolves, assembles, encodes as 2.0: from the log to request bodies"
    case .encodeV1: "encodes requests as 1.0"
    case .encodeV2: "encodes requests as 2.0"
    case .snappy: "compresses bodies of 2.0"
    case .decodeV1: "decodes bodies of 1.0"
    case .decodeV2: "decodes bodies of 2.0"
    case .scanV1: "walks bodies of 1.0 for the keys and the floats of their series"
    case .scanV2: "walks bodies of 2.0 for the keys and the floats of their series"
    case .pipeline: "all of it: a page, a record in the log, and a compressed request of 2.0"
    case .pipelineChurn: "the same, where one series in a hundred has made way for another"
    case .pipelineRules: "the same through 50 rules of the endpoint, by which all series are sent as others"
    }
  }

  /// The stage with that many series, its pages and what comes before it.
  ///
  /// - Parameter series: 1 at least.
  public func stage(series: Int) throws -> any Stage {
    switch self {
    case .parser: ParserStage(series: series)
    case .scrapeFirst: try FirstScrapeStage(series: series)
    case .scrapeRepeated: try RepeatedScrapeStage(series: series)
    case .scrapeChurn: try RepeatedScrapeStage(series: series, replacing: Population.seriesPerTarget / 100)
    case .relabel: try RelabelStage(series: series)
    case .logAppend: try LogAppendStage(series: series)
    case .logRead: try LogReadStage(series: series)
    case .requests: try RequestStage(series: series)
    case .encodeV1: try EncodeStage(series: series, .v1)
    case .encodeV2: try EncodeStage(series: series, .v2)
    case .snappy: try SnappyStage(series: series)
    case .decodeV1: try ReadingStage(series: series, .v1, ReadingStage.decode)
    case .decodeV2: try ReadingStage(series: series, .v2, ReadingStage.decode)
    case .scanV1: try ReadingStage(series: series, .v1, ReadingStage.scan)
    case .scanV2: try ReadingStage(series: series, .v2, ReadingStage.scan)
    case .pipeline: try PipelineStage(series: series)
    case .pipelineChurn: try PipelineStage(series: series, replacing: Population.seriesPerTarget / 100)
    case .pipelineRules: try PipelineStage(series: series, rules: Self.rules)
    }
  }

  /// Most look for what is not there, as rules mostly do, and the last one changes every series. It has as many labels
  /// afterwards, so that a request is as large as without the rules.
  private static var rules: [RelabelRule] {
    (1..<50).map { RelabelRule(sourceLabels: ["__name__"], regex: "unwanted_metric_\($0)_.*", action: "drop") }
      + [RelabelRule(targetLabel: "job", replacement: "one")]
  }
}
