public import RemoteWriteProtocol

/// How often something was seen, with an example for people.
public struct Tally: Hashable, Sendable {
  public var count: Int
  /// The first one.
  public var example: String
  /// What the code that it stands under means; empty where the example says it.
  public var meaning: String
  /// How grave a breach is; nil for refusals.
  public var severity: SpecificationBreach.Severity?

  public init(count: Int, example: String, meaning: String = "", severity: SpecificationBreach.Severity? = nil) {
    self.count = count
    self.example = example
    self.meaning = meaning
    self.severity = severity
  }
}

extension [String: Tally] {
  /// Counts `count` more under `code`; the example is asked for the first time only.
  public mutating func add(
    _ code: String, count: Int = 1, severity: SpecificationBreach.Severity? = nil, example: () -> String
  ) {
    if self[code] == nil { self[code] = Tally(count: 0, example: example(), severity: severity) }
    self[code]?.count += count
  }

  /// `3 refused as too_many_labels: …`, in the order of the codes.
  var sentences: [String] {
    sorted { $0.key < $1.key }.map { code, tally in
      let name = tally.meaning.isEmpty ? code : "\(code), \(tally.meaning)"
      return "\(tally.count) refused as \(name): \(tally.example)"
    }
  }
}
