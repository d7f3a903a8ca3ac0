import Diagnostics

/// A dashboard for Grafana of a program that ships metrics by remote write.
///
///     Dashboard(program: .godwit).json
///
/// The same program gives the same bytes.
public struct Dashboard: Sendable {
  public let program: WatchedProgram
  let rows: [PanelRow]

  public init(program: WatchedProgram) {
    self.program = program
    let queries = DashboardQueries(program: program)
    rows = program == .vmagent ? VmagentRows(queries).all : StorageRows(queries).all
  }

  /// The file that it is usually kept in.
  public var usualName: String { "\(program.rawValue)-dashboard.json" }

  /// Pictures, without the headings between them.
  public var panelCount: Int { rows.reduce(0) { $0 + $1.panels.count } }

  /// Every expression, with Grafana's variables in it.
  public var expressions: [String] { rows.flatMap(\.panels).flatMap(\.queries).map(\.expression) }

  /// Grafana's model of a dashboard as of schema 41 (Grafana 12); older ones read what they know of it.
  private static let schemaVersion = 41
  /// Columns of Grafana's grid.
  private static let gridWidth = 24
  private static let panelHeight = 8
  private static let panelsPerLine = 3

  /// JSON, indented.
  public var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("title", "\(program.title) / remote write")
      writer.member("uid", "godwit-watch-\(program.rawValue)")
      writer.member(
        "description", "Written by `godwit generate dashboard --for \(program.rawValue)`.")
      writer.member("tags") { $0.array { for tag in ["remote-write", program.rawValue] { $0.value(tag) } } }
      writer.member("schemaVersion", Self.schemaVersion)
      writer.member("version", 1)
      writer.member("editable", true)
      writer.member("graphTooltip", 1)
      writer.member("refresh", "30s")
      writer.member("timezone", "browser")
      writer.member("time") { writer in
        writer.object { writer in
          writer.member("from", "now-1h")
          writer.member("to", "now")
        }
      }
      writer.member("annotations") { $0.object { $0.member("list") { $0.array { _ in } } } }
      writer.member("templating") { $0.object { $0.member("list") { $0.array { variables(&$0) } } } }
      writer.member("panels") { $0.array { panels(&$0) } }
    }
    return IndentedJSON.text(of: writer.text) + "\n"
  }

  // MARK: - Variables

  private func variables(_ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", "datasource")
      writer.member("label", "Data source")
      writer.member("type", "datasource")
      writer.member("query", "prometheus")
      writer.member("hide", 0)
    }
    let metric = DashboardQueries(program: program).endpointMetric
    let endpoint = program.endpointLabel
    let instances = "\(metric){job=~\"$job\"}"
    for (name, label, query) in [
      ("job", "Job", "label_values(\(metric), job)"),
      ("instance", "Instance", "label_values(\(instances), instance)"),
      (
        "endpoint", "Endpoint",
        "label_values(\(metric){job=~\"$job\",instance=~\"$instance\"}, \(endpoint))"
      ),
    ] {
      variable(name, label, query, &writer)
    }
  }

  private func variable(_ name: String, _ label: String, _ query: String, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("label", label)
      writer.member("type", "query")
      datasource(&writer)
      writer.member("definition", query)
      writer.member("query") { writer in
        writer.object { writer in
          writer.member("query", query)
          writer.member("refId", name)
        }
      }
      // When the time range changes: instances come and go.
      writer.member("refresh", 2)
      writer.member("sort", 1)
      writer.member("multi", true)
      writer.member("includeAll", true)
      writer.member("allValue", ".*")
      writer.member("current") { writer in
        writer.object { writer in
          writer.member("text") { $0.array { $0.value("All") } }
          writer.member("value") { $0.array { $0.value("$__all") } }
        }
      }
      writer.member("hide", 0)
    }
  }

  private func datasource(_ writer: inout JSONWriter) {
    writer.member("datasource") { writer in
      writer.object { writer in
        writer.member("type", "prometheus")
        writer.member("uid", "${datasource}")
      }
    }
  }

  // MARK: - Panels

  private func panels(_ writer: inout JSONWriter) {
    var id = 1
    var y = 0
    for row in rows {
      head(id, "row", row.title, (x: 0, y: y, width: Self.gridWidth, height: 1), &writer) { writer in
        writer.member("collapsed", false)
        writer.member("panels") { $0.array { _ in } }
      }
      id += 1
      y += 1
      let width = Self.gridWidth / Self.panelsPerLine
      for (index, panel) in row.panels.enumerated() {
        let place = (
          x: index % Self.panelsPerLine * width, y: y + index / Self.panelsPerLine * Self.panelHeight, width: width,
          height: Self.panelHeight
        )
        head(id, "timeseries", panel.title, place, &writer) { body(of: panel, &$0) }
        id += 1
      }
      y += (row.panels.count + Self.panelsPerLine - 1) / Self.panelsPerLine * Self.panelHeight
    }
  }

  private func head(
    _ id: Int, _ type: String, _ title: String, _ place: (x: Int, y: Int, width: Int, height: Int),
    _ writer: inout JSONWriter, _ rest: (inout JSONWriter) -> Void
  ) {
    writer.object { writer in
      writer.member("id", id)
      writer.member("type", type)
      writer.member("title", title)
      writer.member("gridPos") { writer in
        writer.object { writer in
          writer.member("x", place.x)
          writer.member("y", place.y)
          writer.member("w", place.width)
          writer.member("h", place.height)
        }
      }
      rest(&writer)
    }
  }

  private func body(of panel: Panel, _ writer: inout JSONWriter) {
    writer.member("description", panel.description)
    datasource(&writer)
    writer.member("fieldConfig") { writer in
      writer.object { writer in
        writer.member("defaults") { writer in
          writer.object { writer in
            writer.member("unit", panel.unit.rawValue)
            writer.member("min", 0)
            writer.member("custom") { writer in
              writer.object { writer in
                writer.member("fillOpacity", 10)
                writer.member("showPoints", "never")
              }
            }
          }
        }
        writer.member("overrides") { $0.array { _ in } }
      }
    }
    writer.member("options") { writer in
      writer.object { writer in
        writer.member("legend") { writer in
          writer.object { writer in
            writer.member("displayMode", "list")
            writer.member("placement", "bottom")
            writer.member("showLegend", true)
          }
        }
        writer.member("tooltip") { writer in
          writer.object { writer in
            writer.member("mode", "multi")
            writer.member("sort", "desc")
          }
        }
      }
    }
    writer.member("targets") { writer in
      writer.array { writer in
        for (letter, query) in zip("ABCDEFGH", panel.queries) { target(String(letter), query, &writer) }
      }
    }
  }

  private func target(_ letter: String, _ query: Panel.Query, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("refId", letter)
      datasource(&writer)
      writer.member("expr", query.expression)
      writer.member("legendFormat", query.legend)
      writer.member("range", true)
    }
  }
}
