import Testing

@Suite("Words that are not used")
struct WordTests {
  private let sources = Repository.this.sources

  @Test("Nothing below the surfaces prints")
  func noPrint() {
    for file in sources where Storeys.of[file.target] != 3 {
      #expect(file.places(of: /\b(?:print|debugPrint|dump)\(/, among: "rint(", "dump(") == [])
    }
  }

  @Test("Nothing traps on what it did not check, and no task runs loose")
  func noTraps() {
    for file in sources {
      #expect(
        file.places(
          of: /\btry!|\bas!|\bfatalError\(|\bTask\.detached\b/, among: "try!", "as!", "fatalError", "detached") == [])
    }
  }

  @Test("No function lies bare in a box of any type, which would wrap it once more at each change")
  func noBareFunctions() {
    for file in sources {
      #expect(file.places(of: /\b(?:Mutex|TimerHeap|NIOLockedValueBox)<[^=]*->/, among: "->") == [])
    }
  }

  @Test("Nothing is put off")
  func nothingPutOff() {
    // Put together here, so that this file does not find itself.
    let words = ["TO" + "DO", "FIX" + "ME"]
    for file in Repository.this.files {
      let places = file.lines.indices.filter { line in words.contains { file.lines[line].mentions($0) } }
      #expect(places.isEmpty, "\(file): lines \(places.map { $0 + 1 })")
    }
  }

  @Test("Types have names that say what they are")
  func typeNames() {
    for file in Repository.this.files {
      #expect(
        file.places(
          of: /\b(?:struct|class|enum|actor|protocol|typealias) \w*(?:Manager|Helper|Util)/, among: "Manager", "Helper",
          "Util") == [])
    }
  }
}
