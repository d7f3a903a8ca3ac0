import ArgumentParser
import Testing

@testable import godwit

@Suite("The help of every command")
struct HelpTests {
  struct Entry: Sendable, CustomStringConvertible {
    var words: [String]
    var command: CommandDescription
    var description: String { words.joined(separator: " ") }
  }

  static let all: [Entry] =
    (try? CommandDescription.program().all().map { Entry(words: $0.words, command: $0.command) }) ?? []

  @Test("All commands are found, to the last level")
  func tree() {
    let names = Self.all.map(\.description)
    #expect(names.first == "godwit")
    for name in ["godwit agent", "godwit log resend", "godwit bench send", "godwit advise", "godwit man"] {
      #expect(names.contains(name))
    }
    #expect(!names.contains("godwit help"))
  }

  @Test("It says what the command is for, more about it, and how it is called", arguments: all)
  func prose(entry: Entry) {
    #expect((entry.command.abstract ?? "").hasSuffix("."))
    #expect((entry.command.abstract ?? "").count > 15)
    #expect((entry.command.discussion ?? "").contains("Examples:\n  godwit "))
    #expect(entry.command.examples.allSatisfy { $0.count <= 118 })
  }

  @Test("Every flag and argument says what it does", arguments: all)
  func flags(entry: Entry) {
    for argument in entry.command.flags + entry.command.positionals {
      let name = argument.names?.first?.spelling ?? argument.valueName ?? "?"
      #expect((argument.abstract ?? "").count > 8, "\(name)")
    }
  }

  @Test("Each example is one of its own command or of one below, and can be parsed as it stands", arguments: all)
  func examples(entry: Entry) throws {
    for example in entry.command.examples {
      #expect(example.hasPrefix(entry.description), "\(example)")
      let arguments = Program.arguments(Self.words(of: example))
      if arguments.first == "agent" {
        let reference = try ReferenceArguments(Array(arguments.dropFirst()))
        let command = try Godwit.parseAsRoot(["agent"] + reference.rest)
        #expect(command is AgentCommand, "\(example)")
      } else {
        #expect(throws: Never.self, "\(example)") { _ = try Godwit.parseAsRoot(arguments) }
      }
    }
  }

  /// The arguments of the program in an example, up to what the shell does with its output.
  private static func words(of example: String) -> [String] {
    example.split(separator: " ").dropFirst().prefix { !["|", ">", "<", "&&", ";"].contains($0) }.map { word in
      word.filter { $0 != "'" && $0 != "\"" }
    }
  }
}
