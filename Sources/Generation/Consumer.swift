public import Settings

/// The program that will read the configuration.
public enum Consumer: Hashable, Sendable, CustomStringConvertible {
  case godwit
  /// Prometheus of this version; nil for the newest.
  case prometheus(ProgramVersion?)

  /// A part of a configuration that Prometheus has not always had.
  enum Feature {
    case agentMode, azureAD, googleIAM, protobufMessage, sampleAgeLimit, agentFlag

    /// The first version with it, by Prometheus's change log.
    var since: ProgramVersion {
      switch self {
      case .agentMode: ProgramVersion(2, 32)
      case .azureAD: ProgramVersion(2, 45)
      case .sampleAgeLimit: ProgramVersion(2, 50)
      case .protobufMessage: ProgramVersion(2, 54)
      case .googleIAM: ProgramVersion(2, 55)
      // Before, agent mode was one of the names of --enable-feature.
      case .agentFlag: ProgramVersion(3, 0)
      }
    }
  }

  /// Versions before this one have no `authorization`, which everything here may need.
  static let versionLeast = ProgramVersion(2, 26)

  /// `godwit`, `prometheus`, `prometheus:2.42`, `prometheus:2.42.0`.
  public init(_ text: String) throws(GenerationProblem) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts[0], parts.count) {
    case ("godwit", 1): self = .godwit
    case ("prometheus", 1): self = .prometheus(nil)
    case ("prometheus", 2):
      let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
      guard (2...3).contains(numbers.count), numbers.allSatisfy({ ($0 ?? -1) >= 0 }), let major = numbers[0],
        let minor = numbers[1]
      else {
        throw GenerationProblem("\"\(parts[1])\" is no version", fix: "write --for prometheus:2.42")
      }
      let version = ProgramVersion(major, minor)
      guard version >= Self.versionLeast else {
        throw GenerationProblem(
          "Prometheus \(version) has no authorization section",
          fix: "--for takes prometheus:\(Self.versionLeast) or newer")
      }
      self = .prometheus(version)
    default:
      throw GenerationProblem(
        "nothing is known of \"\(text)\"", fix: "--for takes godwit, prometheus or prometheus:2.42")
    }
  }

  public var description: String {
    switch self {
    case .godwit: "Godwit"
    case .prometheus(nil): "Prometheus"
    case .prometheus(let version?): "Prometheus \(version)"
    }
  }

  var isGodwit: Bool { self == .godwit }

  /// Whether its configuration may hold it. Godwit's own is asked for by name where that matters.
  func knows(_ feature: Feature) -> Bool {
    switch self {
    case .godwit: feature != .azureAD && feature != .googleIAM
    case .prometheus(let version): version.map { $0 >= feature.since } ?? true
    }
  }

  /// What a request holds where nothing is said.
  var batchDefault: Int { isGodwit ? 5_000 : 2_000 }
}
