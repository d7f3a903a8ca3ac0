public import Settings

/// What a review knows beside the file at hand.
package struct ReviewContext: Sendable {
  /// For which program the file is meant.
  package var program: ReviewedProgram?
  /// What the operator says of the load; nil where nothing was said.
  package var samplesPerSecond: Double?
  package var latencySeconds: Double?
  /// The files of this machine.
  package var disk: any FileFacts
  /// All files of this review, the one at hand among them.
  package var all: [ReviewedFile] = []

  package init(
    program: ReviewedProgram? = nil, samplesPerSecond: Double? = nil, latencySeconds: Double? = nil,
    disk: any FileFacts
  ) {
    self.program = program
    self.samplesPerSecond = samplesPerSecond
    self.latencySeconds = latencySeconds
    self.disk = disk
  }
}

/// What can be asked of files that a configuration names. Tests put a dictionary behind it.
package protocol FileFacts: Sendable {
  /// nil where there is no such file.
  func fact(ofPath path: String) -> FileFact?
}

/// What is known of a file without its contents.
package struct FileFact: Sendable, Hashable {
  /// The permission bits: `0o600`.
  package var permissions: Int

  package init(permissions: Int) { self.permissions = permissions }
}

/// A program with its version, as in `prometheus:2.42`; no version means the newest.
public struct ReviewedProgram: Sendable, Hashable {
  public enum Name: String, Sendable, CaseIterable { case godwit, prometheus, vmagent, alloy }

  public var name: Name
  /// Major and minor; nil for the newest.
  public var version: ProgramVersion?

  /// nil where `text` names none: `prometheus`, `prometheus:2.42`, `vmagent:1.79.5`.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first.flatMap({ Name(rawValue: String($0)) }) else { return nil }
    self.name = name
    guard parts.count == 2 else { return }
    let digits = parts[1].drop { $0 == "v" }.split(separator: ".", omittingEmptySubsequences: false)
    guard let major = digits.first.flatMap({ Int($0) }), major >= 0 else { return nil }
    let minor = digits.count > 1 ? Int(digits[1]) : 0
    guard let minor, minor >= 0 else { return nil }
    version = ProgramVersion(major, minor)
  }
}
