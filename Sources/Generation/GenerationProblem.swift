/// Why something cannot be written: what is missing or contradicts itself, and which flag mends it.
public struct GenerationProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, without the value where that may be a secret.
  public var message: String
  /// What to do, naming the flag.
  public var fix: String

  public init(_ message: String, fix: String) {
    self.message = message
    self.fix = fix
  }

  public var description: String { "\(message); \(fix)" }
}
