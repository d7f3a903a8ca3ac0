import ArgumentParser
import Foundation
import Testing

@testable import godwit

@Suite("Manual pages and completions")
struct ManualTests {
  @Test("A page holds every flag, every command and every example", arguments: HelpTests.all)
  func contents(entry: HelpTests.Entry) {
    let text = ManualPage(entry.command, words: entry.words).text
    for flag in entry.command.flags {
      for name in flag.names ?? [] { #expect(text.contains(ManualPage.escaped(name.spelling)), "\(name.spelling)") }
    }
    for command in entry.command.commands { #expect(text.contains(".B \(ManualPage.escaped(command.name))\n")) }
    for example in entry.command.examples { #expect(text.contains("\n\(ManualPage.line(example))\n"), "\(example)") }
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES"] {
      #expect(text.contains("\n.SH \(section)\n"), "\(section)")
    }
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("roff finds nothing to object to in a page", arguments: HelpTests.all)
  func roff(entry: HelpTests.Entry) throws {
    guard let groff = Self.program("groff") else { return }
    let text = ManualPage(entry.command, words: entry.words).text
    let outcome = try Self.run(groff, ["-man", "-Tascii", "-ww", "-z"], input: text)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
  }

  @Test("mandoc warns of nothing but the date that is not there", arguments: HelpTests.all)
  func mandoc(entry: HelpTests.Entry) throws {
    guard let mandoc = Self.program("mandoc") else { return }
    let text = ManualPage(entry.command, words: entry.words).text
    let outcome = try Self.run(mandoc, ["-Tlint", "-Wwarning"], input: text)
    let warnings = outcome.output.split(separator: "\n").filter { !$0.contains("missing date") }
    #expect(warnings.isEmpty && outcome.errors.isEmpty, "\(warnings) \(outcome.errors)")
  }

  @Test("What means something to roff is text on a page")
  func escapes() {
    #expect(ManualPage.line(".TH a\\b-c") == "\\&.TH a\\eb\\-c")
    #expect(ManualPage.line("'so it's") == "\\(aqso it\\(aqs")
    let words = (1...40).map { "word\($0)" } + [".word"]
    let lines = ManualPage.filled(words.joined(separator: " "))
    #expect(lines.count > 3 && lines.allSatisfy { $0.count < 80 })
    #expect(lines.joined(separator: " ").replacing("\\&", with: "") == words.joined(separator: " "))
    #expect(ManualPage.escaped("1…2 `x` ~ ^") == "1\\[u2026]2 \\(gax\\(ga \\(ti \\(ha")
  }

  @Test("Pages are called as man looks for them, and the same each time")
  func names() throws {
    let entry = try #require(HelpTests.all.first { $0.words == ["godwit", "log", "show"] })
    let page = ManualPage(entry.command, words: entry.words)
    #expect(page.fileName == "godwit-log-show.1")
    #expect(page.text == ManualPage(entry.command, words: entry.words).text)
    #expect(page.text.hasPrefix(".TH \"GODWIT\\-LOG\\-SHOW\" 1 "))
    #expect(page.text.contains("\\fBgodwit\\-log\\fR(1)"))
  }

  @Test("The shell itself can read what completes for it", arguments: CompletionsCommand.Shell.allCases)
  func completions(shell: CompletionsCommand.Shell) throws {
    let script = CompletionsCommand.script(for: shell)
    for word in ["advise", "config.file", "quarantine", "retention.max-time", "misbehave.status"] {
      #expect(script.contains(word), "\(word)")
    }
    guard let program = Self.program(shell.rawValue) else { return }
    let outcome = try Self.run(program, ["-n", "/dev/stdin"], input: script)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
  }

  @Test(
    "bash completes commands, flags and values",
    arguments: [
      (["godwit", "ad"], "advise"), (["godwit", "agent", "--storage.agent.pa"], "--storage.agent.path"),
      (["godwit", "agent", "--web.enable-rem"], "--web.enable-remote-write-receiver"),
      (["godwit", "log", "ver"], "verify"), (["godwit", "advise", "--format", "js"], "json"),
    ])
  func bash(words: [String], expected: String) throws {
    guard let bash = Self.program("bash") else { return }
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let script = """
      \(CompletionsCommand.script(for: .bash))
      COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1) COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE}
      "$(complete -p godwit | sed -E 's/.*-F ([^ ]+) .*/\\1/')" godwit "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let outcome = try Self.run(bash, ["--norc"], input: script)
    #expect(outcome.output.split(whereSeparator: \.isWhitespace).contains(Substring(expected)), "\(outcome)")
  }

  // MARK: - Other programs

  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  private static func program(_ name: String) -> String? {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }.first(where: FileManager.default.isExecutableFile)
  }

  private static func run(_ program: String, _ arguments: [String], input: String) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "godwit-help-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files rather than pipes: nobody has to read while the program writes.
    for (name, text) in [("in", input), ("out", ""), ("err", "")] {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
    return Outcome(status: process.terminationStatus, output: try text("out"), errors: try text("err"))
  }
}
