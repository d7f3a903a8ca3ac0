/// One picture of a dashboard.
struct Panel: Hashable, Sendable {
  /// A line of the picture.
  struct Query: Hashable, Sendable {
    var expression: String
    /// Grafana's notation: `{{instance}}`.
    var legend: String
  }

  /// As Grafana names them.
  enum Unit: String, Sendable {
    case samples = "short"
    case samplesPerSecond = "cps"
    case requestsPerSecond = "reqps"
    case bytes
    case bytesPerSecond = "Bps"
    case seconds = "s"
    case part = "percentunit"
  }

  var title: String
  /// What to see in it, shown behind the i of the panel.
  var description: String
  var unit: Unit
  var queries: [Query]
}

/// Panels under a heading.
struct PanelRow: Hashable, Sendable {
  var title: String
  var panels: [Panel]
}
