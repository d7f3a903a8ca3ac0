import Foundation

/// How delivery stands, as `/api/v1/status/delivery` says.
struct DeliveryPage: Decodable {
  struct Endpoint: Decodable {
    var name: String
    var url: String
    var taken, acknowledged, waiting, refused, dropped, expired, damaged: Int
    var balanced: Bool
    var oldestWaitingSeconds: Double
    var shards: Int
  }

  var samplesTaken: Int
  var logBytes: Int
  var endpoints: [Endpoint]

  func endpoint(_ name: String) throws -> Endpoint {
    guard let endpoint = endpoints.first(where: { $0.name == name }) else {
      throw EndToEndError("no endpoint \(name) among \(endpoints.map(\.name))")
    }
    return endpoint
  }
}

/// What is scraped, as `/api/v1/targets` says.
struct TargetsPage: Decodable {
  struct Target: Decodable {
    var discoveredLabels: [String: String]
    var labels: [String: String]
    var scrapePool, scrapeUrl, globalUrl, lastError, lastScrape, health, scrapeInterval, scrapeTimeout: String
    var lastScrapeDuration: Double
  }

  struct Dropped: Decodable {
    var discoveredLabels: [String: String]
  }

  var activeTargets: [Target]
  var droppedTargets: [Dropped]
  var droppedTargetCounts: [String: Int]
}

/// Prometheus's envelope.
struct Envelope<Content: Decodable>: Decodable {
  var status: String
  var data: Content
}

/// A `godwit agent` that runs.
struct RunningAgent {
  let program: Program
  let port: Int

  func ask(_ path: String) throws -> Answer { try EndToEndTests.ask(port: port, path) }
  func post(_ path: String) throws -> Answer { try EndToEndTests.ask("POST", port: port, path, within: 60) }

  func delivery() throws -> DeliveryPage {
    try ask("/api/v1/status/delivery").json(Envelope<DeliveryPage>.self).data
  }

  func targets() throws -> TargetsPage { try ask("/api/v1/targets").json(Envelope<TargetsPage>.self).data }

  /// The sum of the samples of `family` on the metrics page whose labels hold `label`.
  func metric(_ family: String, with label: String = "") throws -> Double {
    try ask("/metrics").text.split(separator: "\n")
      .filter { ($0.hasPrefix(family + "{") || $0.hasPrefix(family + " ")) && (label.isEmpty || $0.contains(label)) }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
      .reduce(0, +)
  }

  /// Asks it to end, waits, and returns how it ended.
  func shutDown(within limit: Duration = .seconds(30)) async throws -> Program.Exit {
    program.send(SIGTERM)
    return try await program.waitForExit(within: limit)
  }

  /// A count of the line that each endpoint has in the log at the end: `taken`, `acknowledged`, `waiting` and so on.
  func balance(_ word: String, of endpoint: String) throws -> Int {
    guard let line = program.lines(with: "Balance at shutdown", "remote_name=\(endpoint) ").last else {
      throw EndToEndError("\(program.name) left no balance for \(endpoint): \(program.log.suffix(2000))")
    }
    let field = line.split(separator: " ").first { $0.hasPrefix("\(word)=") }
    guard let value = field.flatMap({ Int($0.dropFirst(word.count + 1)) }) else {
      throw EndToEndError("no \(word) in: \(line)")
    }
    return value
  }
}

/// What a receiver counted, as `/api/v1/receive/status` says.
struct ReceiverPage: Decodable {
  struct Finding: Decodable {
    var code: String
    var severity: String?
    var count: Int
    var example: String
  }

  var exemplars = 0
  /// Entries of 1.0 requests, and series of 2.0 requests that tell something.
  var metadata = 0
  var samples, series: Int
  var duplicates, outOfOrder, staleMarkers, bytesCompressed, misbehaved: Int
  var bytesPerSample: Double
  var refused: [Finding]
  var breaches: [Finding]

  /// What is against the specification; notes are not, such as that a page told no type of a family.
  var violations: [Finding] { breaches.filter { $0.severity != "note" } }
}

/// What a receiver knows of a series, as `/api/v1/receive/series` says.
struct ReceivedSeries: Decodable {
  var labels: [String: String]
  var lastValue: String?
  var firstTimestampMs: Int64?
  var lastTimestampMs: Int64?
  /// `float` or `histogram`: what came last. Of a histogram the value is the sum.
  var kind: String?
  var type, help, unit: String?
  var histograms = 0
  var exemplars = 0
  var samples, duplicates, outOfOrder, staleMarkers: Int
}

/// A `godwit receive` that runs.
struct RunningReceiver {
  let program: Program
  let port: Int

  var url: String { "http://127.0.0.1:\(port)/api/v1/write" }

  func page() throws -> ReceiverPage { try ask(port: port, "/api/v1/receive/status").json(ReceiverPage.self) }

  func series(_ name: String) throws -> [ReceivedSeries] {
    try everySeries(matching: name).filter { $0.labels["__name__"] == name }
  }

  /// The series that are called `text`, or else those with `text` in a label; without `text` all.
  func everySeries(matching text: String = "") throws -> [ReceivedSeries] {
    try ask(port: port, "/api/v1/receive/series", parameters: [("match", text), ("limit", "100000")])
      .json([ReceivedSeries].self)
  }

  /// All that it has, of a site of at most 100,000 series.
  func everySeries() throws -> [ReceivedSeries] {
    try ask(port: port, "/api/v1/receive/series", parameters: [("limit", "100000")], within: 60)
      .json([ReceivedSeries].self)
  }

  /// The one series called `name` of the target `instance`.
  func series(_ name: String, of instance: String) throws -> ReceivedSeries {
    let found = try series(name).filter { $0.labels["instance"] == instance }
    guard found.count == 1 else { throw EndToEndError("\(found.count) series \(name) of \(instance)") }
    return found[0]
  }

  func misbehave(_ parameters: (String, String)...) throws { try misbehave(parameters) }

  func misbehave(_ parameters: [(String, String)]) throws {
    let answer = try ask("POST", port: port, "/api/v1/receive/misbehave", parameters: parameters)
    guard answer.status == 204 else { throw EndToEndError(answer.text) }
  }

  func behave() throws { _ = try ask("DELETE", port: port, "/api/v1/receive/misbehave") }
}

extension World {
  /// Starts an agent on `configuration` and waits until it runs.
  func startAgent(
    _ configuration: String, name: String = "agent", log: String = "data", flags: [String] = []
  ) async throws -> RunningAgent {
    try write(configuration, to: "\(name).yml")
    return try await startAgent(name: name, log: log, flags: flags)
  }

  /// Starts an agent on the configuration that is there, as after a crash.
  func startAgent(name: String = "agent", log: String = "data", flags: [String] = []) async throws -> RunningAgent {
    let program = try launchAgent(name: name, log: log, flags: flags)
    let port = try await port(of: program, saying: "Godwit agent is running")
    return RunningAgent(program: program, port: port)
  }

  /// Starts the process alone; what becomes of it is the test's matter.
  func launchAgent(name: String = "agent", log: String = "data", flags: [String] = []) throws -> Program {
    try start(
      name, try Self.godwit(),
      [
        "agent", "--config.file", path("\(name).yml"), "--storage.agent.path", path(log), "--web.listen-address",
        "127.0.0.1:0", "--web.enable-lifecycle",
      ] + flags)
  }

  func startReceiver(name: String = "receiver", port: Int = 0, flags: [String] = []) async throws -> RunningReceiver {
    let program = try start(
      name, try Self.godwit(), ["receive", "--web.listen-address", "127.0.0.1:\(port)"] + flags)
    return RunningReceiver(
      program: program, port: try await self.port(of: program, saying: "Godwit receive is listening"))
  }

  /// The port in the address that a program tells when it is ready.
  func port(of program: Program, saying words: String) async throws -> Int {
    var line: String?
    try await eventually("\(program.name) runs") {
      line = program.lines(with: words).first
      if line == nil, let exit = program.exit { line = "\(program.name) ended at once: \(exit) \(program.log)" }
      return line != nil
    }
    guard let match = line?.firstMatch(of: #/address=http://127\.0\.0\.1:(\d+)/#), let port = Int(match.1) else {
      throw EndToEndError(line ?? "")
    }
    return port
  }
}
