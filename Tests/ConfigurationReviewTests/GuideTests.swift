import ConfigurationReview
import Diagnostics
import Testing

@Suite("What guides publish")
struct GuideTests {
  /// A mistake: where it is, and which finding tells it.
  struct Mistake: Sendable {
    var file: String
    var line: Int
    var id: String
  }

  @Test(
    "Each mistake is found at its place by its finding",
    arguments: [
      Mistake(file: "guide/shell.txt", line: 1, id: "GW450"), Mistake(file: "guide/shell.txt", line: 2, id: "GW451"),
      Mistake(file: "guide/shell.txt", line: 3, id: "GW452"), Mistake(file: "guide/shell.txt", line: 4, id: "GW453"),
      Mistake(file: "guide/shell.txt", line: 4, id: "GW454"), Mistake(file: "guide/shell.txt", line: 6, id: "GW455"),
      Mistake(file: "guide/shell.txt", line: 7, id: "GW456"), Mistake(file: "guide/push.py.txt", line: 1, id: "GW451"),
      Mistake(file: "guide/push.py.txt", line: 2, id: "GW457"),
      Mistake(file: "guide/push.py.txt", line: 3, id: "GW460"),
      Mistake(file: "guide/push.py.txt", line: 7, id: "GW459"),
      Mistake(file: "guide/push.py.txt", line: 8, id: "GW458"),
      Mistake(file: "guide/queue.txt", line: 1, id: "GW411"), Mistake(file: "guide/queue.txt", line: 2, id: "GW410"),
      Mistake(file: "guide/queue.txt", line: 3, id: "GW412"),
      Mistake(file: "guide/flattened-relabel.yml", line: 5, id: "GW320"),
      Mistake(file: "guide/flattened-relabel.yml", line: 9, id: "GW301"),
      Mistake(file: "guide/flattened-remote-write.yml", line: 14, id: "GW243"),
      Mistake(file: "guide/flattened-remote-write.yml", line: 16, id: "GW244"),
      Mistake(file: "guide/flattened-remote-write.yml", line: 29, id: "GW303"),
    ])
  func mistakes(mistake: Mistake) throws {
    let findings = ConfigurationReview.isolated().findings(in: try Fixture.text(mistake.file), path: mistake.file)
    #expect(findings.contains { $0.id == mistake.id && $0.line == mistake.line }, "\(findings.text)")
  }

  @Test("Nothing else is found in the commands and the code", arguments: ["guide/shell.txt", "guide/push.py.txt"])
  func others(name: String) throws {
    let findings = ConfigurationReview.isolated().findings(in: try Fixture.text(name), path: name)
    #expect(findings.count == (name == "guide/shell.txt" ? 7 : 5), "\(findings.text)")
  }
}
