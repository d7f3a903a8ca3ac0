import Foundation

/// One Swift file of the repository, as text and as code alone.
struct SourceFile: Sendable, CustomStringConvertible {
  /// From the root: `Sources/Delivery/Shard.swift`.
  let path: String
  /// The folder below Sources or Tests.
  let target: String
  let lines: [String]
  /// The same lines without comments and without what string literals say.
  let code: [String]

  var description: String { path }

  init(path: String, text: String) {
    self.path = path
    let parts = path.split(separator: "/")
    target = parts.count > 2 ? String(parts[1]) : ""
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    code = Self.code(of: lines)
  }

  /// The modules that the file imports.
  var imports: [String] {
    code.compactMap { line in
      line.wholeMatch(of: /\s*(?:@\w+ )?(?:public |package |internal |private )?import (?:struct |func |enum )?(\w+).*/)
        .map { String($0.1) }
    }
  }

  /// Whether line `index` is a comment and nothing else.
  func isComment(_ index: Int) -> Bool {
    lines.indices.contains(index) && lines[index].drop { $0 == " " }.hasPrefix("//")
  }

  /// Where `pattern` is found in the code, as `path:line`.
  func places(of pattern: some RegexComponent) -> [String] {
    code.indices.filter { code[$0].contains(pattern) }.map { "\(path):\($0 + 1)" }
  }

  // MARK: - Code alone

  /// Blanks out comments and string literals. Interpolations are blanked with their literals, and a `#` before a quote
  /// is not told apart: good enough for rules about words and braces.
  private static func code(of lines: [String]) -> [String] {
    var isInText = false
    var isInComment = false
    return lines.map { line in
      if isInText {
        isInText = !line.contains(#"""""#)
        return ""
      }
      if isInComment {
        isInComment = !line.contains("*/")
        return ""
      }
      let code = codeOfLine(line)
      if code.hasSuffix(#"""""#) {
        isInText = true
        return String(code.dropLast(3))
      }
      if let start = code.firstRange(of: "/*"), !code.contains("*/") {
        isInComment = true
        return String(code[..<start.lowerBound])
      }
      return code
    }
  }

  private static func codeOfLine(_ line: String) -> String {
    var code = ""
    var isInLiteral = false
    var isEscaped = false
    var rest = Substring(line)
    while let character = rest.first {
      if !isInLiteral && rest.hasPrefix("//") { break }
      if !isInLiteral && rest.hasPrefix(#"""""#) { return code + #"""""# }
      rest.removeFirst()
      if isInLiteral {
        if isEscaped { isEscaped = false } else if character == "\\" { isEscaped = true } else if character == "\"" {
          isInLiteral = false
          code.append(character)
        }
      } else {
        code.append(character)
        isInLiteral = character == "\""
      }
    }
    return code
  }
}
