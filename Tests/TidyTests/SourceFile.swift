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
    code.filter { $0.mentions("import ") }.compactMap { line in
      line.wholeMatch(of: /\s*(?:@\w+ )?(?:public |package |internal |private )?import (?:struct |func |enum )?(\w+).*/)
        .map { String($0.1) }
    }
  }

  /// Whether line `index` is a comment and nothing else.
  func isComment(_ index: Int) -> Bool {
    lines.indices.contains(index) && lines[index].utf8.drop { $0 == UInt8(ascii: " ") }.starts(with: "//".utf8)
  }

  /// Where `pattern` is found in the code, as `path:line`. Only lines with one of `words` are looked at.
  func places(of pattern: some RegexComponent, among words: String...) -> [String] {
    code.indices
      .filter { line in words.contains { code[line].mentions($0) } && code[line].contains(pattern) }
      .map { "\(path):\($0 + 1)" }
  }

  // MARK: - Code alone

  /// Blanks out comments and string literals, interpolations with them. A `#` before a quote is not told apart, and what
  /// follows a closed `/* */` on its line is lost: good enough for rules about words and braces.
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
      if let start = code.firstRange(of: "/*") {
        isInComment = !code.contains("*/")
        return String(code[..<start.lowerBound])
      }
      return code
    }
  }

  // By bytes: two orders of magnitude faster than by characters, and these tests read every line of the repository.
  private static func codeOfLine(_ line: String) -> String {
    let (quote, slash, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"))
    let bytes = Array(line.utf8)
    var code: [UInt8] = []
    var isInLiteral = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if isInLiteral {
        if byte == backslash { index += 1 }
        if byte == quote {
          isInLiteral = false
          code.append(byte)
        }
      } else if byte == slash && index + 1 < bytes.count && bytes[index + 1] == slash {
        break
      } else if byte == quote && bytes[index...].starts(with: [quote, quote, quote]) {
        code += [quote, quote, quote]
        break
      } else {
        code.append(byte)
        isInLiteral = byte == quote
      }
      index += 1
    }
    return String(decoding: code, as: UTF8.self)
  }
}

extension String {
  /// Whether `word` stands anywhere in the text. What a regular expression needs is looked for first: it is slow.
  func mentions(_ word: String) -> Bool { strstr(self, word) != nil }
}
