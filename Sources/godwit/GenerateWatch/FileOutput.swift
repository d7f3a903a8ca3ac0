public import ArgumentParser
import Diagnostics
import Foundation
public import Observability

/// Where what was written goes: to standard output as it is, into a directory, or into the JSON answer.
struct FileOutput: ParsableArguments {
  @Option(help: ArgumentHelp("Write into this directory, made where it is missing.", valueName: "dir"))
  var out: String?

  @Flag(help: "Replace files that are there and differ.")
  var force = false

  @OptionGroup var answers: AnswerFlags

  private struct Refusal: Error, CustomStringConvertible { var description: String }

  /// - Parameters:
  ///   - files: all that belong together; with `--out` each is written.
  ///   - shown: the one that standard output shows without it.
  func give(_ files: [GeneratedFile], shown: GeneratedFile, summary: String, next: [Answer.Step]) throws {
    if let out { try write(files, into: out) }
    let isShown = out == nil
    let answer = Answer(summary: summary, next: next) { writer in
      writer.object { writer in
        writer.member("files") { writer in
          writer.array { writer in
            for file in isShown ? [shown] : files {
              writer.object { writer in
                writer.member("name", out.map { "\($0)/\(file.name)" } ?? file.name)
                if isShown { writer.member("text", file.text) }
              }
            }
          }
        }
      }
    }
    switch answers.format {
    case .json: try answers.give(answer)
    case .text:
      if isShown { FileHandle.standardOutput.write(Data(shown.text.utf8)) }
      // What is on standard output is the file and nothing else, so that it can be redirected.
      let lines = [summary] + next.map { "next: \($0.command)  # \($0.why)" }
      FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
  }

  private func write(_ files: [GeneratedFile], into directory: String) throws {
    let folder = URL(fileURLWithPath: directory, isDirectory: true)
    for file in files {
      let path = folder.appending(path: file.name).path
      let present = try? Data(contentsOf: URL(fileURLWithPath: path))
      guard force || present == nil || present == Data(file.text.utf8) else {
        throw Refusal(description: "\(directory)/\(file.name) is there already and differs; --force replaces it")
      }
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files {
      try Data(file.text.utf8).write(to: folder.appending(path: file.name), options: .atomic)
    }
  }
}

extension WatchedProgram: ExpressibleByArgument {}
