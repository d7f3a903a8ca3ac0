import AgentConfiguration
import ConfigurationReview
import Foundation

/// Files in and out of a check.
enum CheckInput {
  struct Refusal: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameter path: `-` for standard input.
  static func read(_ path: String) throws -> ConfigurationReview.Input {
    guard path != "-" else {
      let data = FileHandle.standardInput.readDataToEndOfFile()
      guard let text = String(validating: data, as: UTF8.self) else {
        throw Refusal(description: "standard input is not UTF-8")
      }
      return ConfigurationReview.Input(path: path, directory: FileManager.default.currentDirectoryPath, text: text)
    }
    do {
      let text = try LocalConfigurationFiles().text(atPath: path)
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      return ConfigurationReview.Input(path: path, directory: folder, text: text)
    } catch {
      throw Refusal(description: "cannot read \(path): \(reason(error))")
    }
  }

  /// In one step: whoever reads the file sees the old text or the new one. Who may read it stays as it is.
  static func write(_ text: String, to path: String) throws {
    do {
      let permissions = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      if let permissions { try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path) }
    } catch {
      throw Refusal(description: "cannot write \(path): \(reason(error))")
    }
  }

  static func baseline(_ path: String) throws -> Baseline {
    let text: String
    do {
      text = try LocalConfigurationFiles().text(atPath: path)
    } catch {
      throw Refusal(
        description: "cannot read the baseline \(path): \(reason(error)); make one with --write-baseline")
    }
    guard let baseline = Baseline(json: text) else {
      throw Refusal(description: "\(path) is not a baseline; make one with --write-baseline")
    }
    return baseline
  }

  private static func reason(_ error: any Error) -> String { error.localizedDescription }
}
