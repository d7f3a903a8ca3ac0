import ArgumentParser
import Foundation

/// `godwit man`: manual pages, made from what `--help` says.
struct ManCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man", abstract: "Print the manual page of a command, or write those of all.",
    discussion: """
      A page holds what --help says, as roff for man(1). With --into, a page for each command is written to a folder, \
      where man finds them once its path names the folder above man1.

      Exits 2 when there is no such command or a page cannot be written.

      Examples:
        godwit man agent | man -l -
        godwit man log verify > godwit-log-verify.1
        godwit man --into /usr/local/share/man/man1
      """)

  @Argument(help: "The command, word by word; none for the program itself.")
  var command: [String] = []

  @Option(name: .customLong("into"), help: "Write the pages of all commands to this folder.", completion: .directory)
  var folder: String?

  func validate() throws {
    if folder != nil, !command.isEmpty { throw ValidationError("--into writes all pages; name no command with it.") }
  }

  func run() async throws {
    try await Self.attempt {
      let all = try CommandDescription.program().all()
      guard let folder else {
        guard let (words, page) = all.first(where: { $0.words.dropFirst().elementsEqual(command) }) else {
          let known = all.map { $0.words.dropFirst().joined(separator: " ") }.filter { !$0.isEmpty }
          throw ManualError(
            description:
              "there is no command \(command.joined(separator: " ")); there are \(known.joined(separator: ", "))")
        }
        try FileHandle.standardOutput.write(contentsOf: Data(ManualPage(page, words: words).text.utf8))
        return
      }
      let place = URL(fileURLWithPath: folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for (words, command) in all {
        let page = ManualPage(command, words: words)
        try Data(page.text.utf8).write(to: place.appending(path: page.fileName), options: .atomic)
      }
    }
  }
}

/// Why there is no page.
struct ManualError: Error, CustomStringConvertible {
  var description: String
}
