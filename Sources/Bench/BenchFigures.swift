import Foundation

/// What `/figures` says: the counts of both ends since the start.
public struct BenchFigures: Codable, Hashable, Sendable {
  public var pagesServed: Int
  public var requests: Int
  public var malformedRequests: Int
  public var samples: Int
  public var histograms: Int
  public var exemplars: Int
  public var series: Int
  public var bytes: Int
  public var messageBytes: Int
  public var bytesPerSample: Double
  public var delayMs: SpreadFigures
  public var samplesPerRequest: SpreadFigures

  public init(_ server: BenchServer) {
    let received = server.received
    pagesServed = server.pages?.served ?? 0
    requests = received.requests
    malformedRequests = received.malformed
    samples = received.samples
    histograms = received.histograms
    exemplars = received.exemplars
    series = received.series
    bytes = received.bytes
    messageBytes = received.messageBytes
    let all = received.samples + received.histograms
    bytesPerSample = all > 0 ? Double(received.bytes) / Double(all) : 0
    delayMs = SpreadFigures(received.delaysMs)
    samplesPerRequest = SpreadFigures(received.samplesPerRequest)
  }

  public var json: String { JSONText.of(self) }
}

/// A spread in four numbers; each is the upper end of a bucket about 3 % wide.
public struct SpreadFigures: Codable, Hashable, Sendable {
  public var p50: Int64
  public var p90: Int64
  public var p99: Int64
  public var max: Int64

  public init(_ spread: Spread) {
    p50 = spread.quantile(0.5)
    p90 = spread.quantile(0.9)
    p99 = spread.quantile(0.99)
    max = spread.largest
  }
}

/// Figures as JSON, with names in order so that two outputs can be compared.
public enum JSONText {
  public static func of(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // The figures hold finite numbers and text alone, which always encode.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
