import Diagnostics
import Testing

@Suite("Answers")
struct AnswerTests {
  @Test(
    "It is in order unless something worse than a warning was found; strictly, than an information",
    arguments: [
      ([], 0, 0), ([Finding.Severity.info], 0, 0), ([.warning, .info], 0, 1), ([.warning, .error], 1, 1),
    ] as [([Finding.Severity], Int32, Int32)])
  func exitCode(_ severities: [Finding.Severity], _ code: Int32, _ strictCode: Int32) {
    let findings = severities.map { Finding(id: "GW999", severity: $0, message: "m") }
    let answer = Answer(summary: "s", findings: findings) { $0.null() }
    #expect(answer.exitCode() == code)
    #expect(answer.exitCode(isStrict: true) == strictCode)
    #expect(answer.isOK() == (code == 0))
  }

  @Test("Its JSON has five members, in one order")
  func json() {
    let answer = Answer(
      summary: "one \"sentence\"", next: [Answer.Step(command: "godwit log", why: "to see")]
    ) { writer in writer.object { $0.member("count", 3) } }
    #expect(
      answer.json()
        == #"{"ok":true,"summary":"one \"sentence\"","data":{"count":3},"findings":[],"#
        + #""next":[{"command":"godwit log","why":"to see"}]}"#)
  }
}

@Suite("Long answers")
struct LongAnswerTests {
  @Test("In portions it is the same text, and no portion is the whole")
  func portions() {
    let answer = Answer(summary: "long") { writer in
      writer.object { writer in
        writer.member("results") { writer in
          writer.array { writer in
            for number in 0..<20_000 { writer.values(json: Array("{\"number\":\(number)},null".utf8)) }
          }
        }
      }
    }
    let portions = Portions()
    answer.json { portions.add($0) }
    #expect(portions.all.joined() == answer.json())
    #expect(portions.all.count > 3)
  }

  private final class Portions: @unchecked Sendable {
    private(set) var all: [String] = []
    func add(_ portion: String) { all.append(portion) }
  }
}
