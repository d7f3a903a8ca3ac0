import ArgumentParser
import Foundation

/// A command with its flags and subcommands, as the argument parser describes them: what help, manual pages and their
/// tests are made of.
struct CommandDescription: Decodable {
  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      enum Kind: String, Decodable { case long, short, longWithSingleDash }

      var kind: Kind
      var name: String

      /// With its dashes.
      var spelling: String { (kind == .long ? "--" : "-") + name }
    }

    var kind: Kind
    var shouldDisplay: Bool
    var sectionTitle: String?
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?

    /// The last word of it: `path` for `storage.agent.path`.
    var shortValueName: String { valueName?.split(separator: ".").last.map(String.init) ?? "value" }
  }

  private enum CodingKeys: String, CodingKey {
    case name = "commandName"
    case shown = "shouldDisplay"
    case abstract, discussion, defaultSubcommand, subcommands, arguments
  }

  var name: String
  var shown: Bool?
  var abstract: String?
  var discussion: String?
  var defaultSubcommand: String?
  var subcommands: [CommandDescription]?
  var arguments: [Argument]?

  /// What is shown of them.
  var commands: [CommandDescription] { (subcommands ?? []).filter { $0.name != "help" && $0.shown != false } }
  var flags: [Argument] { (arguments ?? []).filter { $0.shouldDisplay && $0.kind != .positional } }
  var positionals: [Argument] { (arguments ?? []).filter { $0.shouldDisplay && $0.kind == .positional } }

  /// The whole program.
  static func program() throws -> CommandDescription {
    struct Description: Decodable { var command: CommandDescription }
    return try JSONDecoder().decode(Description.self, from: Data(Godwit.description.utf8)).command
  }

  /// This command and all below it, each with the words that call it, the upper ones first.
  func all(above words: [String] = []) -> [(words: [String], command: CommandDescription)] {
    let own = words + [name]
    return [(own, self)] + commands.flatMap { $0.all(above: own) }
  }

  /// The lines of the discussion that show how the command is called, without their margin.
  var examples: [String] {
    (discussion ?? "").split(separator: "\n").filter { $0.hasPrefix("  godwit ") }.map { String($0.dropFirst(2)) }
  }
}

extension Godwit {
  /// JSON, from the parser itself.
  fileprivate static var description: String {
    do {
      _ = try parseAsRoot(["--experimental-dump-help"])
      return ""
    } catch { return message(for: error) }
  }
}
