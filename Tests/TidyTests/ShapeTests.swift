import Testing

@Suite("Sizes")
struct ShapeTests {
  static let fileLinesMax = 400
  static let functionLinesMax = 60
  /// A test may tell a longer story, and a table of cases is one literal.
  static let testFunctionLinesMax = 100

  /// Longer files, each with its reason.
  private static let longFiles: [String: String] = [:]
  /// Longer functions, as `path function`, each with its reason.
  private static let longFunctions: [String: String] = [:]

  @Test("A file has at most 400 lines")
  func files() {
    for file in Repository.this.files where Self.longFiles[file.path] == nil {
      #expect(file.lines.count <= Self.fileLinesMax + 1, "\(file)")
    }
  }

  @Test("A function has at most 60 lines, in tests 100")
  func functions() {
    for file in Repository.this.files {
      for function in Function.all(in: file) where Self.longFunctions["\(file) \(function.name)"] == nil {
        let max = file.path.hasPrefix("Tests/") ? Self.testFunctionLinesMax : Self.functionLinesMax
        #expect(function.lineCount <= max, "\(file):\(function.line) \(function.name)")
      }
    }
  }

  @Test("A line has at most 120 columns, outside of literals")
  func lines() {
    for file in Repository.this.sources {
      let long = file.lines.indices.filter {
        file.lines[$0].utf8.count > 120 && file.lines[$0].count > 120 && file.code[$0].count > 120
      }
      #expect(long.isEmpty, "\(file): \(long.map { $0 + 1 })")
    }
  }
}

/// A function or initialiser with a body, found by its braces.
struct Function {
  var name: String
  /// Counted from 1.
  var line: Int
  var lineCount: Int

  static func all(in file: SourceFile) -> [Function] {
    file.code.indices.compactMap { start in
      guard file.code[start].mentions("func ") || file.code[start].mentions("init"),
        let match = file.code[start].firstMatch(of: /\b(?:func (\w+|[^\s\w(]+)|(init)[?<(]|(deinit) \{)/),
        !file.code[start].contains(/[.)]\s*init\(|= .*\binit\(/)
      else { return nil }
      guard let end = end(of: file.code, from: start, after: match.range.upperBound) else { return nil }
      return Function(
        name: String(match.1 ?? match.2 ?? match.3 ?? ""), line: start + 1, lineCount: end - start + 1)
    }
  }

  /// The line of the brace that closes the first one opened; nil for a requirement of a protocol.
  private static func end(of code: [String], from start: Int, after name: String.Index) -> Int? {
    var depth = 0
    for index in start..<code.count {
      // A blank line or the end of the type before any brace: there is no body.
      if depth == 0 && index > start && code[index].allSatisfy({ $0 == " " }) { return nil }
      for byte in index == start ? code[index][name...].utf8 : code[index][...].utf8 {
        if byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "}") {
          depth -= 1
          if depth == 0 { return index }
          if depth < 0 { return nil }
        }
      }
    }
    return nil
  }
}
