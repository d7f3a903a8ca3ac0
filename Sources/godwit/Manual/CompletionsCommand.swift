import ArgumentParser
import Foundation

/// `godwit completions`: what a shell needs to complete commands and flags.
struct CompletionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print what bash, zsh or fish need to complete commands and flags.",
    discussion: """
      Put the output where the shell looks for it; it holds for this version of the program.

      Examples:
        godwit completions bash > /usr/share/bash-completion/completions/godwit
        godwit completions zsh > /usr/local/share/zsh/site-functions/_godwit
        godwit completions fish > ~/.config/fish/completions/godwit.fish
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish

    fileprivate var parsers: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  @Argument(help: "The shell: bash, zsh, fish.")
  var shell: Shell

  func run() async throws {
    try await Self.attempt {
      try FileHandle.standardOutput.write(contentsOf: Data((Self.script(for: shell) + "\n").utf8))
    }
  }

  static func script(for shell: Shell) -> String { Godwit.completionScript(for: shell.parsers) }
}
