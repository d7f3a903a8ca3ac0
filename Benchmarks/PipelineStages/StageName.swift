import RemoteWriteProtocol

/// The stages by name, in the order of the way of a sample.
public enum StageName: String, CaseIterable, Sendable {
  case parser
  case scrapeFirst = "scrape-first"
  case scrapeRepeated = "scrape-repeated"
  case scrapeChanging = "scrape-changing"
  case relabel
  case logAppend = "log-append"
  case logRead = "log-read"
  case requests
  case encodeV1 = "encode-rw1"
  case encodeV2 = "encode-rw2"
  case snappy
  case decodeV1 = "decode-rw1"
  case decodeV2 = "decode-rw2"
  case pipeline

  /// What the stage does, in a few words.
  public var summary: String {
    switch self {
    case .parser: "walks the lines of a page and their labels"
    case .scrapeFirst: "reads a target's first page into a batch: labels, numbers for new series"
    case .scrapeRepeated: "reads a page with the same lines and other numbers into a batch"
    case .scrapeChanging: "reads a page of which a hundredth of the lines are new and as many are gone"
    case .relabel: "five usual rules on the labels of a series"
    case .logAppend: "makes a record of a batch and appends it, the disk included"
    case .logRead: "reads records and decodes them into columns"
    case .requests: "reads, decodes, resolves, assembles, encodes as 2.0: from the log to request bodies"
    case .encodeV1: "encodes requests as 1.0"
    case .encodeV2: "encodes requests as 2.0"
    case .snappy: "compresses bodies of 2.0"
    case .decodeV1: "decodes bodies of 1.0"
    case .decodeV2: "decodes bodies of 2.0"
    case .pipeline: "all of it: a page, a record in the log, and a compressed request of 2.0"
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
    case .scrapeChanging: try ChangingScrapeStage(series: series)
    case .relabel: try RelabelStage(series: series)
    case .logAppend: try LogAppendStage(series: series)
    case .logRead: try LogReadStage(series: series)
    case .requests: try RequestStage(series: series)
    case .encodeV1: try EncodeStage(series: series, .v1)
    case .encodeV2: try EncodeStage(series: series, .v2)
    case .snappy: try SnappyStage(series: series)
    case .decodeV1: try DecodeStage(series: series, .v1)
    case .decodeV2: try DecodeStage(series: series, .v2)
    case .pipeline: try PipelineStage(series: series)
    }
  }
}
