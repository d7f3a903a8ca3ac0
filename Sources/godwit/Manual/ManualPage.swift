/// A page for `man`, in roff with the macros of man(7).
///
/// The page holds what `--help` says and nothing else, so that the two cannot differ; it has no date, so that the same
/// program always writes the same page.
struct ManualPage {
  private let words: [String]
  private let command: CommandDescription

  /// - Parameter words: what calls the command, such as `godwit`, `log`, `show`.
  init(_ command: CommandDescription, words: [String]) {
    self.command = command
    self.words = words
  }

  /// `godwit-log-show.1`
  var fileName: String { words.joined(separator: "-") + ".1" }

  var text: String {
    let title = words.joined(separator: "-")
    var lines = [
      ".TH \(Self.quoted(title.uppercased())) 1 \"\" \(Self.quoted(Godwit.version)) \"Godwit\"", ".SH NAME",
      "\(Self.escaped(title)) \\- \(Self.escaped(Self.withoutStop(command.abstract ?? "")))", ".SH SYNOPSIS",
    ]
    lines += synopsis
    let (prose, examples) = parts
    if !prose.isEmpty { lines += [".SH DESCRIPTION"] + paragraphs(prose) }
    lines += commandList
    lines += options
    if !examples.isEmpty { lines += [".SH EXAMPLES", ".nf"] + examples.map { Self.line($0) } + [".fi"] }
    let others = related
    if !others.isEmpty { lines += [".SH \"SEE ALSO\"", others.joined(separator: ",\n")] }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: - Sections

  private var synopsis: [String] {
    let call = "\\fB\(Self.escaped(words.joined(separator: " ")))\\fR"
    var pieces = command.positionals.map { Self.usage(of: $0) }
    pieces += command.flags.filter { !$0.isOptional }.map { Self.usage(of: $0) }
    if command.flags.contains(where: \.isOptional) { pieces.append("[\\fIoptions\\fR]") }
    if !command.commands.isEmpty {
      pieces.append(command.defaultSubcommand == nil ? "\\fIcommand\\fR" : "[\\fIcommand\\fR]")
    }
    return [([call] + pieces).joined(separator: " ")]
  }

  private static func usage(of argument: CommandDescription.Argument) -> String {
    let value = "\\fI\(escaped(argument.shortValueName))\\fR"
    let name = argument.names?.first.map { "\\fB\(escaped($0.spelling))\\fR" }
    let text = name.map { argument.kind == .option ? "\($0) \(value)" : $0 } ?? value
    return (argument.isOptional ? "[\(text)]" : text) + (argument.isRepeating ? " \\&..." : "")
  }

  private var commandList: [String] {
    guard !command.commands.isEmpty else { return [] }
    return [".SH COMMANDS"]
      + command.commands.flatMap { child in
        let standard = child.name == command.defaultSubcommand ? " What is done where no command is named." : ""
        return [".TP", ".B \(Self.escaped(child.name))"] + Self.filled((child.abstract ?? "") + standard)
      }
  }

  private var options: [String] {
    let arguments = command.positionals + command.flags
    guard !arguments.isEmpty else { return [] }
    var lines = [".SH OPTIONS"]
    lines += arguments.filter { $0.sectionTitle == nil }.flatMap(Self.entry)
    var titles: [String] = []
    for title in arguments.compactMap(\.sectionTitle) where !titles.contains(title) { titles.append(title) }
    for title in titles {
      lines.append(".SS \(Self.quoted(title))")
      lines += arguments.filter { $0.sectionTitle == title }.flatMap(Self.entry)
    }
    return lines
  }

  private static func entry(_ argument: CommandDescription.Argument) -> [String] {
    let value = "\\fI\(escaped(argument.shortValueName))\\fR"
    let names = (argument.names ?? []).map { name in
      "\\fB\(escaped(name.spelling))\\fR" + (argument.kind == .option ? " \(value)" : "")
    }
    let abstract = argument.abstract ?? ""
    var notes: [String] = []
    // Many say their values themselves.
    if let values = argument.allValues, !values.allSatisfy({ abstract.contains($0) }) {
      notes.append("One of \(values.joined(separator: ", ")).")
    }
    if let standard = argument.defaultValue, !standard.isEmpty { notes.append("Default: \(standard).") }
    if argument.isRepeating && !abstract.contains("repeat") { notes.append("May be repeated.") }
    return [".TP", names.isEmpty ? value : names.joined(separator: ", ")]
      + filled(([abstract] + notes).joined(separator: " "))
  }

  private var related: [String] {
    var names = words.count > 1 ? [words.dropLast().joined(separator: "-")] : []
    names += command.commands.map { (words + [$0.name]).joined(separator: "-") }
    return names.map { "\\fB\(Self.escaped($0))\\fR(1)" }
  }

  // MARK: - The discussion

  /// The lines of prose, and those of the examples.
  private var parts: (prose: [Substring], examples: [String]) {
    let lines = (command.discussion ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    let prose = lines.filter { !$0.hasPrefix("  godwit ") && $0 != "Examples:" && $0 != "Example:" }
    return (prose, command.examples)
  }

  private func paragraphs(_ prose: [Substring]) -> [String] {
    var lines: [String] = []
    for line in prose {
      if !line.isEmpty {
        lines += Self.filled(String(line))
      } else if let last = lines.last, last != ".PP" {
        lines.append(".PP")
      }
    }
    while lines.last == ".PP" { lines.removeLast() }
    return lines
  }

  // MARK: - roff

  /// Text that is set anew anyway, in lines as short as editors and checkers of such pages like them.
  static func filled(_ text: String) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(separator: " ") {
      if !current.isEmpty && current.count + word.count >= lineMax {
        lines.append(line(current))
        current = ""
      }
      current += (current.isEmpty ? "" : " ") + word
    }
    return lines + [line(current)]
  }

  private static let lineMax = 72

  /// A line of text: what begins as a request or as preformatted text does not mean that.
  static func line(_ text: String) -> String {
    let text = escaped(text)
    return text.hasPrefix(".") || text.hasPrefix("'") || text.hasPrefix(" ") ? "\\&" + text : text
  }

  /// Text in which nothing means anything to roff. What is not ASCII is named by its number, for any locale.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "`": result += "\\(ga"
      case "'": result += "\\(aq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default:
        if scalar.isASCII {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
        }
      }
    }
    return result
  }

  /// An argument of a macro.
  private static func quoted(_ text: String) -> String {
    "\"" + escaped(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq") + "\""
  }

  private static func withoutStop(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }
}
