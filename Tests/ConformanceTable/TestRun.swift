import Foundation

/// What a run of tests says of the rows of the checklists, read from the runner's stream of events.
struct TestRun {
  /// What the tests of one row came to.
  struct Outcome {
    var tests = 0
    /// The names of those that failed, or did not end.
    var failed: [String] = []
  }

  private(set) var outcomes: [String: Outcome] = [:]

  /// A line of the stream, as far as it matters here.
  private struct Line: Decodable {
    struct Payload: Decodable {
      var kind: String
      var id: String?
      var testID: String?
      var displayName: String?
    }
    var kind: String
    var payload: Payload
  }

  /// - Throws: when a line is not JSON of the stream's form.
  init(events text: String) throws {
    var names: [String: String] = [:]
    var ended: Set<String> = []
    var broken: Set<String> = []
    for line in text.split(separator: "\n") {
      let event = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
      switch (event.kind, event.payload.kind) {
      case ("test", "function"):
        if let id = event.payload.id { names[id] = event.payload.displayName ?? "" }
      case ("event", "issueRecorded"):
        if let id = event.payload.testID { broken.insert(id) }
      case ("event", "testEnded"):
        if let id = event.payload.testID { ended.insert(id) }
      default: break
      }
    }
    for (id, name) in names {
      for row in Self.rows(of: name) {
        outcomes[row, default: Outcome()].tests += 1
        if broken.contains(id) || !ended.contains(id) { outcomes[row]?.failed.append(name) }
      }
    }
  }

  /// The rows that a test's name begins with: `S8` and `S9` in `S8 S9: …`.
  static func rows(of name: String) -> [String] {
    let words = name.split { " :,".contains($0) }.map(String.init)
    return Array(words.prefix { $0.wholeMatch(of: /[SR][0-9]+/) != nil })
  }
}
