import AgentConfiguration

/// Lines of commands and code, told from configurations by how they begin.
enum ScriptLine {
  private static let beginnings = [
    "#!", "import ", "from ", "go install ", "go get ", "pip install ", "pip3 install ", "python", "curl ", "grpcurl ",
    "ping ", "echo ", "export ", "def ", "func ", "package ", "kubectl ", "docker ", "openssl ", "nc ", "brew ", "apt",
  ]

  static func isScript(_ text: SourceText) -> Bool {
    text.lines.contains { line in
      let content = line.trimmingBlanks
      return beginnings.contains { content.hasPrefix($0) }
    }
  }

  /// Without a comment behind it: what stands there is said about the line, not done by it.
  static func code(of line: String) -> Substring {
    var mark: Character?
    var previous: Character = " "
    for index in line.indices {
      let character = line[index]
      if let open = mark {
        if character == open && previous != "\\" { mark = nil }
      } else if character == "\"" || character == "'" {
        mark = character
      } else if character == "#" && (previous == " " || previous == "\t") {
        return line[..<index]
      }
      previous = character
    }
    return line[...]
  }
}

extension ReviewedFile {
  /// Commands and statements with the lines that they begin in: one that a backslash continues is one.
  package var statements: [(line: Int, text: String)] {
    guard kind == .script else { return [] }
    var result: [(line: Int, text: String)] = []
    var isContinued = false
    for (index, line) in text.lines.enumerated() {
      let code = String(ScriptLine.code(of: line)).trimmingBlanks
      let piece = code.hasSuffix("\\") ? String(code.dropLast()) : code
      if isContinued, let last = result.indices.last {
        result[last].text += " " + piece
      } else if !code.isEmpty {
        result.append((index + 1, piece))
      }
      isContinued = code.hasSuffix("\\")
    }
    return result
  }
}
