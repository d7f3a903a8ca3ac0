import Foundation
import Testing

@testable import Observability

@Suite("The dashboard")
struct DashboardTests {
  /// What Grafana reads of it, as far as these tests look.
  private struct Model: Decodable {
    struct Place: Decodable { var x, y, w, h: Int }
    struct Source: Decodable { var type, uid: String }
    struct Target: Decodable {
      var refId, expr, legendFormat: String
      var datasource: Source
    }
    struct Panel: Decodable {
      var id: Int
      var type, title: String
      var gridPos: Place
      var targets: [Target]?
      var datasource: Source?
    }
    struct Variable: Decodable { var name, type: String }
    struct Templating: Decodable { var list: [Variable] }
    var title, uid: String
    var schemaVersion: Int
    var panels: [Panel]
    var templating: Templating
  }

  private func model(_ program: WatchedProgram) throws -> Model {
    try JSONDecoder().decode(Model.self, from: Data(Dashboard(program: program).json.utf8))
  }

  @Test("Every metric that a panel reads is shown by the program", arguments: WatchedProgram.allCases)
  func names(_ program: WatchedProgram) throws {
    let shown = try MetricNames.shown(by: program).union(["up"])
    for expression in Dashboard(program: program).expressions {
      let read = MetricNames.read(by: expression)
      #expect(!read.isEmpty && read.subtracting(shown) == [], "\(expression)")
      #expect(MetricNames.unknownWords(in: expression) == [], "\(expression)")
    }
  }

  @Test("Panels have ids of their own and do not lie on each other", arguments: WatchedProgram.allCases)
  func places(_ program: WatchedProgram) throws {
    let panels = try model(program).panels
    #expect(Set(panels.map(\.id)).count == panels.count)
    var taken: Set<[Int]> = []
    for panel in panels {
      let place = panel.gridPos
      #expect(place.x >= 0 && place.x + place.w <= 24 && place.w > 0 && place.h > 0 && place.y >= 0)
      for x in place.x..<(place.x + place.w) {
        for y in place.y..<(place.y + place.h) {
          #expect(taken.insert([x, y]).inserted, "\(panel.title) lies on another")
        }
      }
    }
  }

  @Test("Every panel asks the chosen data source, with queries of their own", arguments: WatchedProgram.allCases)
  func queries(_ program: WatchedProgram) throws {
    let model = try model(program)
    #expect(model.templating.list.map(\.name) == ["datasource", "job", "instance", "endpoint"])
    #expect(model.templating.list.map(\.type) == ["datasource", "query", "query", "query"])
    #expect(model.schemaVersion >= 39 && !model.uid.isEmpty && model.uid.utf8.count <= 40)
    for panel in model.panels where panel.type != "row" {
      let targets = try #require(panel.targets)
      #expect(!targets.isEmpty && Set(targets.map(\.refId)).count == targets.count, "\(panel.title)")
      #expect(panel.datasource?.uid == "${datasource}" && targets.allSatisfy { $0.datasource.uid == "${datasource}" })
      #expect(Set(targets.map(\.legendFormat)).count == targets.count, "\(panel.title)")
    }
  }

  @Test("What is asked for is there", arguments: WatchedProgram.allCases)
  func contents(_ program: WatchedProgram) throws {
    let titles = Set(try model(program).panels.map(\.title))
    for title in ["Waiting", "Lag", "Dropped on purpose", "Duration", "Sent again", "Targets", "Memory", "Processor"] {
      #expect(titles.contains(title), "\(title)")
    }
    let expressions = Dashboard(program: program).expressions.joined()
    for variable in ["$job", "$instance", "$endpoint", "$__rate_interval"] { #expect(expressions.contains(variable)) }
  }

  @Test("The same program gives the same bytes, and programs differ")
  func bytes() {
    let all = WatchedProgram.allCases.map { Dashboard(program: $0).json }
    #expect(all == WatchedProgram.allCases.map { Dashboard(program: $0).json })
    #expect(Set(all).count == all.count)
  }

  @Test(
    "JSON is indented and otherwise as it was",
    arguments: [
      ("{}", "{}"), ("[]", "[]"), ("[{}]", "[\n  {}\n]"), (#"{"a":1}"#, "{\n  \"a\": 1\n}"),
      (#"["{,:]\"","\\"]"#, "[\n  \"{,:]\\\"\",\n  \"\\\\\"\n]"), (#"[[],-1.5,null]"#, "[\n  [],\n  -1.5,\n  null\n]"),
    ])
  func indentation(_ compact: String, _ indented: String) {
    #expect(IndentedJSON.text(of: compact) == indented)
  }
}
