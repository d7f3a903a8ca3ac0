import AgentConfiguration

/// InfluxDB without a database
///
/// `/api/v1/prom/write` of InfluxDB 1.x wants to know where to store: without `db` it answers 400, for a database that
/// it does not have 404. InfluxDB 2 and 3 do not have the path; they take remote write through Telegraf.
///
/// Wrong:
///
///     remote_write:
///       - url: https://influxdb.example.net/api/v1/prom/write
///
/// Right:
///
///     remote_write:
///       - url: https://influxdb.example.net/api/v1/prom/write?db=prometheus
struct MissingDatabase: ReviewRule {
  let facts = RuleFacts("GW237", .warning, why: "The server answers 400, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.path.hasSuffix("/api/v1/prom/write"),
        !parts.queryNames.contains("db")
      else { return nil }
      return Advice(
        url.place, "\(endpoint.title) does not say which database to store in",
        evidence: "the path is that of InfluxDB 1.x, and the query has no db", fix: "add ?db=<name> to the URL",
        confidence: 0.9)
    }
  }
}
