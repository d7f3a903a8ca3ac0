import MetricModel
import Relabeling
import Testing

@Suite("Explanation of a program")
struct ExplanationTests {
  @Test("Each step says what it saw, what it did and what came of it")
  func steps() throws {
    let program = try RelabelProgram([
      RelabelRule(sourceLabels: ["job", "env"], targetLabel: "id", replacement: "$1"),
      RelabelRule(regex: "zzz", action: "labeldrop"),
      RelabelRule(sourceLabels: ["env"], regex: "test", action: "keep"),
      RelabelRule(targetLabel: "never", replacement: "reached"),
    ])
    let input = LabelSet(["job": "node", "env": "prod"])
    let withID = LabelSet(["job": "node", "env": "prod", "id": "node;prod"])
    let explanation = program.explain(input)
    #expect(!explanation.isKept)
    #expect(explanation.result.isEmpty)
    #expect(explanation.steps.map(\.ruleIndex) == [0, 1, 2])
    #expect(explanation.steps.map(\.action) == [.replace, .labelDrop, .keep])
    #expect(explanation.steps.map(\.subject) == ["node;prod", nil, "prod"])
    #expect(explanation.steps.map(\.isMatch) == [true, false, false])
    #expect(explanation.steps.map(\.verdict) == [.changed, .unchanged, .dropped])
    #expect(explanation.steps.map(\.before) == [input, withID, withID])
    #expect(explanation.steps.map(\.after) == [withID, withID, withID])
  }

  @Test("Setting a label to what it is changes nothing")
  func sameValue() throws {
    let program = try RelabelProgram([RelabelRule(targetLabel: "a", replacement: "1")])
    let explanation = program.explain(LabelSet(["a": "1"]))
    #expect(explanation.steps.map(\.verdict) == [.unchanged])
    #expect(explanation.steps.map(\.isMatch) == [true])
  }

  @Test("No rules keep everything and explain nothing")
  func noRules() throws {
    let program = try RelabelProgram([])
    #expect(program.isEmpty)
    let explanation = program.explain(LabelSet(["a": "1"]))
    #expect(explanation.isKept && explanation.steps.isEmpty)
    #expect(explanation.result == LabelSet(["a": "1"]))
  }

  @Test("A scratch carries nothing from one label set to the next")
  func scratchIsClean() throws {
    let program = try RelabelProgram([
      RelabelRule(sourceLabels: ["s"], targetLabel: "a", regex: "x", replacement: "3"),
      RelabelRule(regex: "[ab]", replacement: "c", action: "labelmap"),
    ])
    var scratch = RelabelScratch()
    var first = LabelSet(["a": "1", "b": "2", "s": "x"])
    #expect(program.apply(to: &first, scratch: &scratch))
    #expect(first["c"] == "3")
    var second = LabelSet(["a": "1", "b": "2"])
    #expect(program.apply(to: &second, scratch: &scratch))
    #expect(second["c"] == "2")
  }

  @Test("A tally counts what explanations show, over many label sets, and adds up")
  func tally() throws {
    let program = try RelabelProgram([
      RelabelRule(sourceLabels: ["a"], targetLabel: "b", regex: "[12]", replacement: "$0"),
      RelabelRule(sourceLabels: ["a"], regex: "3|4", action: "drop"),
      RelabelRule(regex: "b", action: "labeldrop"),
    ])
    var (whole, halves) = (RelabelTally(of: program), [RelabelTally(of: program), RelabelTally(of: program)])
    var scratch = RelabelScratch()
    var expected = [RelabelTally.Counts](repeating: RelabelTally.Counts(), count: 3)
    for number in 0..<20 {
      let labels = LabelSet(["a": "\(number % 6)"])
      for step in program.explain(labels).steps {
        expected[step.ruleIndex].ran += 1
        expected[step.ruleIndex].matched += step.isMatch ? 1 : 0
      }
      var (first, second, plain) = (labels, labels, labels)
      let isKept = program.apply(to: &plain)
      #expect(program.apply(to: &first, scratch: &scratch, tally: &whole) == isKept)
      #expect(program.apply(to: &second, scratch: &scratch, tally: &halves[number % 2]) == isKept)
      if isKept { #expect(first == plain && second == plain) }
    }
    halves[0].add(halves[1])
    #expect(whole.rules == expected && halves[0] == whole)
    #expect(expected.map(\.ran) == [20, 20, 14])
  }

  @Test("One program serves many threads at once")
  func concurrency() async throws {
    let program = try RelabelProgram([
      RelabelRule(
        sourceLabels: ["path"], targetLabel: "path", regex: "/api/v\\d+/(\\w+)/[0-9a-f-]{8,}(/.*)?",
        replacement: "/$1/:id$2"),
      RelabelRule(sourceLabels: ["path"], regex: ".*secret.*", action: "drop"),
    ])
    let wrong = await withTaskGroup(of: Int.self) { group in
      for worker in 0..<8 {
        group.addTask {
          var wrong = 0
          for number in 0..<2_000 {
            let id = String(number * 8 + worker + 0x1000_0000, radix: 16)
            var labels = LabelSet(["path": "/api/v1/users/\(id)/orders"])
            if !program.apply(to: &labels) || labels["path"] != "/users/:id/orders" { wrong += 1 }
            var hidden = LabelSet(["path": "/x\(number)/secret\n\(worker)"])
            if program.apply(to: &hidden) { wrong += 1 }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}
