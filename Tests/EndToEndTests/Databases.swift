import Foundation

/// A series of a database, by its labels.
typealias Labels = [String: String]

/// The points of a series: milliseconds since the Unix epoch, and the value.
typealias Points = [Int64: Double]

/// A program that others write to and that can be asked what it has.
protocol Database {
  var writeURL: String { get }
  /// Every raw point that it has of the last hour but stale markers.
  func points() throws -> [Labels: Points]
  /// What an instant query finds now: nothing for a series that has ended.
  func now(_ name: String) throws -> [Labels: Double]
}

private struct QueryAnswer: Decodable {
  struct Result: Decodable {
    var metric: Labels
    var value: Pair?
    var values: [Pair]?
  }

  struct Page: Decodable { var result: [Result] }

  /// A time in seconds and a value as text.
  struct Pair: Decodable {
    var milliseconds: Int64
    var value: Double

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      milliseconds = Int64((try parts.decode(Double.self) * 1000).rounded())
      let text = try parts.decode(String.self)
      guard let number = number(text) else { throw EndToEndError("not a number: \(text)") }
      value = number
    }
  }

  var data: Page
}

/// A number as Prometheus writes it.
func number(_ text: String) -> Double? {
  switch text {
  case "+Inf", "Infinity": .infinity
  case "-Inf", "-Infinity": -.infinity
  case "NaN": .nan
  default: Double(text)
  }
}

private func instant(port: Int, _ query: String) throws -> [QueryAnswer.Result] {
  try ask(port: port, "/api/v1/query", parameters: [("query", query)]).json(QueryAnswer.self).data.result
}

/// The value of each series that an instant query finds.
private func newest(port: Int, _ query: String) throws -> [Labels: Double] {
  let found = try instant(port: port, query).compactMap { series in series.value.map { (series.metric, $0.value) } }
  return Dictionary(uniqueKeysWithValues: found)
}

/// An exemplar as a database has it.
struct StoredExemplar: Hashable {
  var labels: Labels
  var value: Double
  /// Milliseconds since the Unix epoch.
  var time: Int64
}

private struct ExemplarAnswer: Decodable {
  struct Series: Decodable {
    var seriesLabels: Labels
    var exemplars: [Exemplar]
  }

  struct Exemplar: Decodable {
    var labels: Labels
    var value: String
    /// In seconds.
    var timestamp: Double
  }

  var data: [Series]
}

/// Prometheus, with its remote write receiver.
struct PrometheusServer: Database {
  let port: Int
  let program: Program

  var writeURL: String { "http://127.0.0.1:\(port)/api/v1/write" }

  init(in world: World) async throws {
    try world.write("global: {scrape_interval: 1h}\n", to: "prometheus.yml")
    let port = try freePort()
    program = try world.start(
      "prometheus", try World.service("prometheus"),
      [
        "--config.file=\(world.path("prometheus.yml"))", "--storage.tsdb.path=\(world.path("prometheus"))",
        "--web.listen-address=127.0.0.1:\(port)", "--web.enable-remote-write-receiver",
        "--enable-feature=exemplar-storage",
      ])
    self.port = port
    try await eventually("Prometheus is ready", within: .seconds(60)) { try ask(port: port, "/-/ready").status == 200 }
  }

  func points() throws -> [Labels: Points] {
    // Raw points, for a range selector does not move them to a step.
    let found = try instant(port: port, "{__name__=~\".+\"}[1h]")
    return Dictionary(
      uniqueKeysWithValues: found.map { series in
        (series.metric, Points(uniqueKeysWithValues: (series.values ?? []).map { ($0.milliseconds, $0.value) }))
      })
  }

  func now(_ name: String) throws -> [Labels: Double] {
    try newest(port: port, name)
  }

  /// The exemplars of the series called `name`, of an hour around now.
  func exemplars(_ name: String) throws -> [Labels: [StoredExemplar]] {
    let now = Date.now.timeIntervalSince1970
    let answer = try ask(
      port: port, "/api/v1/query_exemplars",
      parameters: [("query", name), ("start", "\(now - 1800)"), ("end", "\(now + 1800)")])
    return Dictionary(
      uniqueKeysWithValues: try answer.json(ExemplarAnswer.self).data.map { series in
        let exemplars = series.exemplars.compactMap { exemplar in
          number(exemplar.value).map {
            StoredExemplar(labels: exemplar.labels, value: $0, time: Int64((exemplar.timestamp * 1000).rounded()))
          }
        }
        return (series.seriesLabels, exemplars)
      })
  }
}

/// VictoriaMetrics, single node.
struct VictoriaMetrics: Database {
  let port: Int
  let program: Program

  var writeURL: String { "http://127.0.0.1:\(port)/api/v1/write" }

  init(in world: World) async throws {
    let port = try freePort()
    program = try world.start(
      "victoria", try World.service("victoria-metrics"),
      [
        "-httpListenAddr=127.0.0.1:\(port)", "-storageDataPath=\(world.path("victoria"))", "-search.latencyOffset=0s",
        "-search.disableCache", "-memory.allowedBytes=256MB",
      ])
    self.port = port
    try await eventually("VictoriaMetrics is ready", within: .seconds(60)) {
      try ask(port: port, "/health").status == 200
    }
  }

  private struct Exported: Decodable {
    var metric: Labels
    /// Null stands for NaN, be it a stale marker or not.
    var values: [Double?]
    var timestamps: [Int64]
  }

  func points() throws -> [Labels: Points] {
    // What came in the last second is shown only after a flush.
    _ = try ask(port: port, "/internal/force_flush")
    let answer = try ask(
      port: port, "/api/v1/export", parameters: [("match[]", "{__name__=~\".+\"}"), ("reduce_mem_usage", "1")])
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    var all: [Labels: Points] = [:]
    for line in answer.text.split(separator: "\n") {
      let series = try decoder.decode(Exported.self, from: Data(line.utf8))
      for (time, value) in zip(series.timestamps, series.values) {
        if let value { all[series.metric, default: [:]][time] = value }
      }
    }
    return all
  }

  func now(_ name: String) throws -> [Labels: Double] {
    _ = try ask(port: port, "/internal/force_flush")
    return try newest(port: port, name)
  }
}
