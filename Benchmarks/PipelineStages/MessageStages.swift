import MetricModel
import RemoteWriteProtocol

/// One scrape of all targets as requests of the usual size.
struct Requests {
  static let samplesMax = 5_000

  private let registry: SeriesRegistry
  private let batches: [SampleBatch]
  private var encoder: WriteRequestEncoder
  private var body: [UInt8] = []
  private var sample: [Sample] = [Sample(timestampMs: 0, value: 0)]

  init(series: Int, _ version: WriteMessageVersion) throws {
    var population = try Population(series: series)
    batches = try population.batches()
    registry = population.registry
    encoder = WriteRequestEncoder(version)
  }

  /// Encodes all samples and shows each body.
  mutating func encode(_ show: ([UInt8]) -> Void) {
    for batch in batches {
      registry.withTable { table in Self.encode(batch, &sample, with: &encoder, table) }
      if encoder.sampleCount >= Self.samplesMax { finish(show) }
    }
    if !encoder.isEmpty { finish(show) }
  }

  private mutating func finish(_ show: ([UInt8]) -> Void) {
    encoder.finish(into: &body)
    show(body)
  }

  private static func encode(
    _ batch: SampleBatch, _ sample: inout [Sample], with encoder: inout WriteRequestEncoder, _ table: SeriesTable
  ) {
    let (labels, symbols) = (table.labelSymbols.span, table.symbols)
    for index in 0..<batch.floatCount {
      let id = batch.series[index]
      sample[0] = Sample(timestampMs: batch.timestampsMs[index], value: batch.values[index])
      encoder.appendSeries(
        labels: labels.extracting(table.labelRange(of: id)), symbols: symbols, metadata: table.metadata(of: id),
        samples: sample.span)
    }
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

struct DecodeStage: Stage {
  private let version: WriteMessageVersion
  private let bodies: [[UInt8]]
  private(set) var decoded = 0
  let work: StageWork

  init(series: Int, _ version: WriteMessageVersion) throws {
    var requests = try Requests(series: series, version)
    self.version = version
    bodies = requests.bodies()
    work = StageWork(samples: series, bytes: bodies.reduce(0) { $0 + $1.count })
  }

  mutating func run() throws {
    for body in bodies { decoded += try DecodedWriteRequest(decoding: body, version: version).series.count }
  }
}
