/// A row of a checklist: what the specification asks for, and what is known of others.
///
/// The rows are our reading of Remote Write 1.0 and 2.0 (release candidate 4). What the others do was read in their
/// documentation and code in August 2026 (Prometheus 3.14 as an agent, vmagent, Grafana Alloy, the OpenTelemetry
/// Collector's exporter and receiver, Vector, Telegraf); nothing of it was run. `?` stands where that does not tell, `–`
/// where the row has no meaning for them.
struct Requirement {
  enum Level: String { case must, should, may }

  /// How the tests name the row: `S8`.
  var id: String
  var level: Level
  /// In words, for the table.
  var text: String
  /// Prometheus, vmagent, Alloy, OpenTelemetry, Vector, Telegraf.
  var others: [String]

  static let otherNames = ["Prometheus", "vmagent", "Alloy", "OTel", "Vector", "Telegraf"]

  init(_ id: String, _ level: Level, _ text: String, _ others: String...) {
    self.id = id
    self.level = level
    self.text = text
    self.others = others
  }
}
