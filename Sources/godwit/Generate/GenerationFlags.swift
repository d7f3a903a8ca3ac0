import ArgumentParser
import Diagnostics
import Foundation
import Generation
import Settings

/// Where to what was written goes, and how it is talked about.
struct GenerationFlags: ParsableArguments {
  @Option(
    help: """
      Write to this file, and what belongs to it beside it, instead of to standard output; or into a folder, where it \
      is one or ends with a slash.
      """)
  var out: String?

  @Flag(help: "Replace files that are there and differ.")
  var force = false

  @OptionGroup var answers: AnswerFlags

  /// Standard output has the file alone, so that it can be redirected; what there is to say goes to standard error.
  func give(_ result: GeneratedFiles) throws {
    if let out { try save(result.files, to: out) }
    try answers.giveBeside(result.answer, data: out == nil ? Self.text(of: result.files) : "") { _ in [] }
  }

  /// The first file; further ones as comments behind it, so that the whole is still the first.
  private static func text(of files: [GeneratedFile]) -> String {
    guard let first = files.first else { return "" }
    return files.dropFirst().reduce(first.text) { text, file in
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return text + "\n# \(file.name), a file of its own; --out writes it:\n"
        + lines.map { "#| \($0)\n" }.joined()
    }
  }

  /// The folder that files go into; nil for that where the program is called.
  var folder: String? {
    guard let out else { return nil }
    if isFolder(out) { return out.hasSuffix("/") ? String(out.dropLast()) : out }
    return out.contains("/") ? URL(fileURLWithPath: out).deletingLastPathComponent().relativePath : nil
  }

  /// What the file that is usually called `name` is called by `--out`.
  func name(ofFirst name: String) -> String {
    guard let out, !isFolder(out) else { return name }
    return URL(fileURLWithPath: out).lastPathComponent
  }

  private func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return path.hasSuffix("/")
      || (FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue)
  }

  private func places(of files: [GeneratedFile], for out: String) throws -> [URL] {
    if isFolder(out) {
      let folder = URL(fileURLWithPath: out, isDirectory: true)
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw GenerationProblem("cannot make \(out): \(error.localizedDescription)", fix: "give another --out")
      }
      return files.map { folder.appending(path: $0.name) }
    }
    let first = URL(fileURLWithPath: out)
    let places = [first] + files.dropFirst().map { first.deletingLastPathComponent().appending(path: $0.name) }
    if let double = places.dropFirst().first(where: { $0.path == first.path }) {
      throw GenerationProblem("two files would be \(double.path)", fix: "give --out another name")
    }
    return places
  }

  /// All or nothing: no file is written when one of them is there with another content and may not be replaced.
  private func save(_ files: [GeneratedFile], to out: String) throws {
    let places = try places(of: files, for: out)
    if !force {
      for (file, place) in zip(files, places) {
        let present = try? Data(contentsOf: place)
        guard present == nil || present == Data(file.text.utf8) else {
          throw GenerationProblem(
            "\(place.relativePath) is there and differs", fix: "give --force to replace it, or another --out")
        }
      }
    }
    for (file, place) in zip(files, places) {
      do {
        try Data(file.text.utf8).write(to: place, options: .atomic)
      } catch {
        throw GenerationProblem(
          "cannot write \(place.relativePath): \(error.localizedDescription)", fix: "give another --out")
      }
    }
  }
}

/// Values of flags that say themselves what is wrong with them.
enum FlagValue {
  static func duration(_ text: String?, _ flag: String) throws -> Duration? {
    guard let text else { return nil }
    guard let duration = try? DurationText.parse(text), duration > .zero else {
      throw GenerationProblem("\"\(text)\" is no duration", fix: "write \(flag) 120ms, 30s or 6h")
    }
    return duration
  }

  /// `512MB`, `2GiB`, and as Kubernetes writes it, `512Mi`.
  static func size(_ text: String?, _ flag: String) throws -> UInt64? {
    guard let text else { return nil }
    guard let size = SizeArgument(argument: text.hasSuffix("i") ? text + "B" : text), size.bytes > 0 else {
      throw GenerationProblem("\"\(text)\" is no size", fix: "write \(flag) 512MB or 2GB")
    }
    return size.bytes
  }

  static func rate(_ text: String?) throws -> Int? { try text.map { try ConfigurationRequest.rate($0) } }

  static func required<Value>(_ value: Value?, _ flag: String, _ what: String) throws -> Value {
    guard let value else { throw GenerationProblem(what, fix: "give \(flag)") }
    return value
  }

  static func text(atPath path: String, _ flag: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw GenerationProblem("cannot read \(path): \(error.localizedDescription)", fix: "\(flag) names a file of text")
    }
  }
}
