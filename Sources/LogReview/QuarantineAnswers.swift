public import Diagnostics
import DurableLog
import RemoteWriteProtocol

extension QuarantineReport {
  /// The requests of these names, oldest first; all of them without names.
  public func chosen(_ file: String?) throws(LogReviewError) -> [Entry] {
    guard let file else { return entries }
    guard let entry = entries.first(where: { $0.file.name == file }) else {
      throw .fileUnknown(file, endpoint: endpoint)
    }
    return [entry]
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("endpoint", endpoint)
      writer.member("path", path)
      writer.member("files") { writer in
        writer.array { writer in for entry in entries { writer.object { entry.write(to: &$0) } } }
      }
    }
  }
}

extension QuarantineReport.Entry {
  /// The members of an object.
  func write(to writer: inout JSONWriter) {
    writer.member("file", file.name)
    writer.member("bytes", file.bytes)
    guard let refusal else { return }
    writer.member("timeMs", Int(clamping: refusal.timeMs))
    writer.member("status", refusal.status)
    writer.member("answer", refusal.answer)
    writer.member("message", refusal.version.messageName)
    writer.member("samples", refusal.samples)
    writer.member("refused", refusal.refused)
    writer.member("series") { writer in writer.array { writer in for name in refusal.series { writer.value(name) } } }
  }
}

/// The answer of `godwit log quarantine`.
public struct QuarantineListing: Sendable {
  public let directory: String
  public let quarantines: [QuarantineReport]

  public init(directory: String, quarantines: [QuarantineReport]) {
    self.directory = directory
    self.quarantines = quarantines
  }

  public var answer: Answer {
    let files = quarantines.reduce(0) { $0 + $1.entries.count }
    let samples = quarantines.reduce(0 as UInt64) { $0 &+ $1.samples }
    let place = "--storage.agent.path \(Shell.quoted(directory))"
    var steps: [Answer.Step] = []
    for quarantine in quarantines where !quarantine.entries.isEmpty {
      let name = Shell.quoted(quarantine.endpoint)
      steps.append(
        Answer.Step(
          command: "godwit log resend --config.file prometheus.yml \(place) --endpoint \(name)",
          why: "once the endpoint no longer objects: posts them again"))
      steps.append(
        Answer.Step(
          command: "godwit log drop \(place) --endpoint \(name)", why: "shows what would be removed; nothing is yet"))
    }
    return Answer(
      summary: files == 0
        ? "Nothing was refused."
        : "\(files) refused \(files == 1 ? "request" : "requests") with \(samples) refused samples.", next: steps
    ) { [quarantines] writer in
      writer.object { writer in
        writer.member("endpoints") { writer in
          writer.array { writer in for quarantine in quarantines { quarantine.write(to: &writer) } }
        }
      }
    }
  }
}

/// The answer of `godwit log drop`: what was removed, or would be.
public struct QuarantineDrop: Sendable {
  public let directory: String
  public let endpoint: String
  public let entries: [QuarantineReport.Entry]
  /// Whether it was only shown what would go.
  public let isPreview: Bool
  /// The name of the one file that was asked for.
  private let file: String?

  /// Shows what would be removed from a quarantine, or removes it.
  ///
  /// - Parameters:
  ///   - file: the name of one file; nil for all of the endpoint's.
  ///   - removes: false to change nothing.
  public init(
    directory: String, endpoint: String, file: String?, removes: Bool
  ) throws(LogReviewError) {
    self.directory = directory
    self.endpoint = endpoint
    self.file = file
    isPreview = !removes
    let reports = try QuarantineReport.all(in: directory, endpoint: endpoint)
    let chosen = try reports.first?.chosen(file) ?? []
    guard removes else {
      entries = chosen
      return
    }
    do {
      let folder = try QuarantineFolder(directory: directory, endpoint: endpoint)
      var removed: [QuarantineReport.Entry] = []
      for entry in chosen where try folder.remove(entry.file) { removed.append(entry) }
      entries = removed
    } catch {
      throw .log(error)
    }
  }

  public var answer: Answer {
    let count = "\(entries.count) refused \(entries.count == 1 ? "request" : "requests")"
    let samples = entries.reduce(0 as UInt64) { $0 &+ ($1.refusal?.refused ?? 0) }
    var command =
      "godwit log drop --storage.agent.path \(Shell.quoted(directory)) --endpoint \(Shell.quoted(endpoint))"
    if let file { command += " --file \(Shell.quoted(file))" }
    let step = Answer.Step(command: command + " --yes", why: "removes them for good")
    return Answer(
      summary: isPreview
        ? "\(count) with \(samples) samples would be removed; nothing was. --yes removes."
        : "\(count) with \(samples) samples removed.",
      next: isPreview && !entries.isEmpty ? [step] : []
    ) { [self] writer in
      writer.object { writer in
        writer.member("endpoint", endpoint)
        writer.member("isPreview", isPreview)
        writer.member("files") { writer in
          writer.array { writer in for entry in entries { writer.object { entry.write(to: &$0) } } }
        }
      }
    }
  }
}
