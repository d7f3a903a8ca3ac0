import Diagnostics
import Foundation
import Testing

@Suite("Findings")
struct FindingTests {
  private let finding = Finding(
    id: "GW102", severity: .error, path: "prometheus.yml", line: 12, column: 5, message: "field urll not found",
    evidence: "line \"12\"", fix: "did you mean `url`?", confidence: 0.9)

  @Test("The text has the form that compilers use, with the fix below")
  func text() {
    #expect(
      finding.text == """
        prometheus.yml:12:5: error GW102: field urll not found
            seen: line "12"
            fix: did you mean `url`?
        """)
  }

  @Test("Without a place the text begins with the severity")
  func textWithoutPlace() {
    #expect(Finding(id: "GW300", severity: .info, message: "fine").text == "info GW300: fine")
  }

  @Test("JSON has the members in a fixed order and leaves out what is not known")
  func json() {
    #expect(
      finding.json == #"{"id":"GW102","severity":"error","path":"prometheus.yml","line":12,"column":5,"#
        + #""message":"field urll not found","evidence":"line \"12\"","fix":"did you mean `url`?","confidence":0.9}"#)
    #expect([finding, finding].json == "[\(finding.json),\(finding.json)]")
    #expect([Finding]().json == "[]")
  }

  @Test(
    "Any text survives a JSON parser",
    arguments: ["", "\"\\/", "line\nbreak\r\ttab", "\u{0}\u{1}\u{1f}\u{7f}", "ä€😀\u{2028}\u{2029}", "e\u{301}"])
  func jsonRoundTrip(text: String) throws {
    let json = Finding(id: "GW1", severity: .warning, message: text).json
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let message = try #require(object?["message"] as? String)
    #expect(Array(message.utf8) == Array(text.utf8))
  }
}

@Suite("The JSON writer")
struct JSONWriterTests {
  @Test("Nested values get their commas where they belong")
  func nesting() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("a", 1)
      writer.member("b") {
        $0.array { writer in
          writer.value(true)
          writer.object { _ in }
          writer.array { _ in }
          writer.null()
          writer.value("x")
        }
      }
      writer.member("c") { $0.object { $0.member("d", 2.5) } }
    }
    #expect(writer.text == #"{"a":1,"b":[true,{},[],null,"x"],"c":{"d":2.5}}"#)
  }

  @Test("A number that JSON cannot say is null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    var writer = JSONWriter()
    writer.value(value)
    #expect(writer.text == "null")
  }
}
