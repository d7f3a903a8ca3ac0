import MetricModel
import RemoteWriteProtocol

/// One scrape of all targets as requests of the usual size.
struct Requests {
  static let samplesMax = 5_000

  private let registry: SeriesRegistry
  private let scrapes: [Columns]
  private var encoder: WriteRequestEncoder
  private var body: [UInt8] = []

  /// What a shard hands to an encoder.
  private struct Columns {
    var series: [UInt32]
    var timestampsMs: [Int64]
    var values: [Double]
  }

  init(series: Int, _ version: WriteMessageVersion) throws {
    var population = try Population(series: series)
    scrapes = try population.batches().map {
      Columns(series: $0.series.map(\.rawValue), timestampsMs: $0.timestampsMs, values: $0.values)
    }
    registry = population.registry
    encoder = WriteRequestEncoder(version)
  }

  /// Encodes all samples and shows each body.
  mutating func encode(_ show: ([UInt8]) -> Void) {
    for scrape in scrapes {
      registry.withTable { table in
        encoder.appendSamples(
          series: scrape.series.span, timestampsMs: scrape.timestampsMs.span, values: scrape.values.span,
          startTimestampsMs: Span(), of: table)
      }
      if encoder.sampleCount >= Self.samplesMax { finish(show) }
    }
    if !encoder.isEmpty { finish(show) }
  }

  private mutating func finish(_ show: ([UInt8]) -> Void) {
    encoder.finish(into: &body)
    show(body)
  }

  /// All bodies, uncompressed.
  mutating func bodies() -> [[UInt8]] {
    var bodies: [[UInt8]] = []
    encode { bodies.append($0) }
    return bodies
  }
}

struct EncodeStage: Stage {
  private var requests: Requests
  let work: StageWork

  init(series: Int, _ version: WriteMessageVersion) throws {
    requests = try Requests(series: series, version)
    work = StageWork(samples: series, bytes: requests.bodies().reduce(0) { $0 + $1.count })
  }

  mutating func run() throws { requests.encode { _ in } }
}

struct SnappyStage: Stage {
  private let bodies: [[UInt8]]
  private var compressed: [UInt8] = []
  let work: StageWork

  init(series: Int) throws {
    var requests = try Requests(series: series, .v2)
    bodies = requests.bodies()
    work = StageWork(samples: series, bytes: bodies.reduce(0) { $0 + $1.count })
  }

  mutating func run() throws {
    for body in bodies { Snappy.compress(body[...], into: &compressed) }
  }
}

/// Bodies that are read, in one way or another.
struct ReadingStage: Stage {
  private let version: WriteMessageVersion
  private let bodies: [[UInt8]]
  private let read: ([UInt8], WriteMessageVersion) throws -> Int
  private(set) var seriesRead = 0
  let work: StageWork

  /// - Parameter read: reads one body and says how many series it has.
  init(
    series: Int, _ version: WriteMessageVersion, _ read: @escaping ([UInt8], WriteMessageVersion) throws -> Int
  ) throws {
    var requests = try Requests(series: series, version)
    self.version = version
    self.read = read
    bodies = requests.bodies()
    work = StageWork(samples: series, bytes: bodies.reduce(0) { $0 + $1.count })
  }

  mutating func run() throws {
    for body in bodies { seriesRead += try read(body, version) }
  }

  static func decode(_ body: [UInt8], _ version: WriteMessageVersion) throws -> Int {
    try DecodedWriteRequest(decoding: body, version: version).series.count
  }

  static func scan(_ body: [UInt8], _ version: WriteMessageVersion) -> Int {
    MessageScan(body, version)?.series.count ?? 0
  }
}
