import Delivery
import DurableLog
import MetricModel
import Relabeling
import RemoteWriteProtocol
import SampleLog

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A log in a directory of its own, which goes with it.
final class ScratchLog {
  let log: DurableLog
  let samples: SampleLog

  init(_ registry: SeriesRegistry) throws {
    let directory = "/tmp/godwit-stages-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    var settings = LogSettings()
    // What the disk takes to confirm is its own matter.
    settings.syncPolicy = .never
    log = try DurableLog(directory: directory, settings: settings)
    samples = SampleLog(log: log, registry: registry)
  }

  /// Removes the segments that nobody reads any more.
  func removeOld() throws { _ = try log.remove(before: log.endAndSequence.position) }

  deinit {
    for folder in ["/segments", "/endpoints", "/damaged", ""] { Self.removeFolder(log.directory + folder) }
  }

  private static func removeFolder(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      // The name is an array of bytes within the entry, ended by a zero.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      unlink(path + "/" + name)
    }
    closedir(folder)
    rmdir(path)
  }
}

struct LogAppendStage: Stage {
  private let batches: [SampleBatch]
  private let scratch: ScratchLog
  let work: StageWork

  init(series: Int) throws {
    var population = try Population(series: series)
    let batches = try population.batches()
    let scratch = try ScratchLog(population.registry)
    try Self.append(batches, to: scratch)
    let before = scratch.log.bytes
    try Self.append(batches, to: scratch)
    work = StageWork(samples: series, bytes: Int(scratch.log.bytes - before))
    self.batches = batches
    self.scratch = scratch
  }

  mutating func prepare() throws { try scratch.removeOld() }
  mutating func run() throws { try Self.append(batches, to: scratch) }

  private static func append(_ batches: [SampleBatch], to scratch: ScratchLog) throws {
    for (lane, batch) in batches.enumerated() { try scratch.samples.take(batch, lane: UInt32(lane)) }
  }
}

struct LogReadStage: Stage {
  private let scratch: ScratchLog
  /// Behind the records that define the series.
  private let start: LogPosition
  private var record = DecodedRecord()
  private(set) var read = 0
  let work: StageWork

  init(series: Int) throws {
    var population = try Population(series: series)
    let scratch = try ScratchLog(population.registry)
    try population.scrape { try scratch.samples.take($0, lane: $1) }
    start = scratch.log.endAndSequence.position
    let before = scratch.log.bytes
    population.advance()
    try population.scrape { try scratch.samples.take($0, lane: $1) }
    work = StageWork(samples: series, bytes: Int(scratch.log.bytes - before))
    self.scratch = scratch
  }

  mutating func run() throws {
    var reader = LogReader(scratch.log, from: start)
    while case .record(let found) = try reader.next(wanted: { _ in true }) {
      try record.decode(found, from: reader.bytes) { _, _, _ in }
      read += record.sampleCount
    }
  }
}

/// From the log to bodies, as a shard that keeps up with it.
final class RequestStage: Stage {
  private var population: Population
  private let scratch: ScratchLog
  private var requests: LogRequests
  private var body: [UInt8] = []
  let work: StageWork

  init(series: Int) throws {
    var population = try Population(series: series)
    let scratch = try ScratchLog(population.registry)
    var requests = try LogRequests(
      scratch.log, population.registry, program: RelabelProgram([]), version: .v2, samplesMax: Requests.samplesMax)
    try population.scrape { try scratch.samples.take($0, lane: $1) }
    var (body, bytes) = ([] as [UInt8], 0)
    while try requests.next(into: &body) > 0 { bytes += body.count }
    work = StageWork(samples: series, bytes: bytes)
    self.population = population
    self.scratch = scratch
    self.requests = requests
  }

  func prepare() throws {
    try scratch.removeOld()
    population.advance()
    let samples = scratch.samples
    try population.scrape { try samples.take($0, lane: $1) }
  }

  func run() throws {
    while try requests.next(into: &body) > 0 {}
  }
}

/// From the pages to compressed bodies. Requests are made as soon as they are full, as they are where an endpoint keeps
/// up.
final class PipelineStage: Stage {
  private var population: Population
  private let scratch: ScratchLog
  private var requests: LogRequests
  private var body: [UInt8] = []
  private var compressed: [UInt8] = []
  /// How many series of a target others take the places of in each round.
  private let replaced: Int
  let work: StageWork

  /// - Parameter rules: of the endpoint, for each series.
  init(series: Int, replacing replaced: Int = 0, rules: [RelabelRule] = []) throws {
    population = try Population(series: series)
    self.replaced = replaced
    scratch = try ScratchLog(population.registry)
    requests = try LogRequests(
      scratch.log, population.registry, program: RelabelProgram(rules), version: .v2, samplesMax: Requests.samplesMax)
    work = StageWork(samples: series, bytes: population.pageBytes)
    try run()
  }

  func prepare() throws {
    try scratch.removeOld()
    population.advance(replacing: replaced)
  }

  func run() throws {
    let samples = scratch.samples
    try population.scrape { batch, lane in
      try samples.take(batch, lane: lane)
      while try requests.next(into: &body, fullOnly: true) > 0 { Snappy.compress(body[...], into: &compressed) }
    }
    while try requests.next(into: &body) > 0 { Snappy.compress(body[...], into: &compressed) }
  }
}
