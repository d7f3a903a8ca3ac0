package import AgentConfiguration

/// One thing that good configurations have, or that bad ones do.
///
/// A rule is one file. The documentation comment of its type becomes its entry in docs/findings.md: a title, why it
/// matters, and one example each under `Wrong:` and `Right:`. The wrong one has to draw this finding and no other, the
/// right one none at all; a test holds every rule to that.
///
///     /// Plain http to an endpoint on another machine
///     ///
///     /// Whoever is on the way can read the samples and the credentials.
///     ///
///     /// Wrong:
///     ///
///     ///     remote_write:
///     ///       - url: http://metrics.example.net/api/v1/write
///     ///
///     /// Right:
///     ///
///     ///     remote_write:
///     ///       - url: https://metrics.example.net/api/v1/write
///     struct PlainHTTP: ReviewRule { … }
package protocol ReviewRule: Sendable {
  var facts: RuleFacts { get }

  /// Everything that the rule has to say about `file`.
  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice]
}

/// What is the same for every finding of a rule.
package struct RuleFacts: Sendable {
  /// Advice is never an error: errors are what the reference refuses.
  package enum Weight: Sendable { case warning, info }

  /// Stable: `GW` and three digits.
  package var id: String
  package var weight: Weight
  /// What it leads to, one or two sentences.
  package var why: String

  package init(_ id: String, _ weight: Weight, why: String) {
    self.id = id
    self.weight = weight
    self.why = why
  }
}

/// One place where a rule found something.
package struct Advice: Sendable {
  package var place: Place
  /// What is wrong there.
  package var message: String
  /// What was seen, without secrets.
  package var evidence: String
  /// What to change, in words.
  package var fix: String
  /// The same as a change of the text; none where a person has to decide.
  package var edits: [TextEdit]
  /// Whether the edits may be made unseen: they change nothing that arrives.
  package var isSafe: Bool
  /// How sure it is, 0…1.
  package var confidence: Double

  package init(
    _ place: Place, _ message: String, evidence: String = "", fix: String, edits: [TextEdit] = [], isSafe: Bool = false,
    confidence: Double = 1
  ) {
    self.place = place
    self.message = message
    self.evidence = evidence
    self.fix = fix
    self.edits = edits
    self.isSafe = isSafe
    self.confidence = confidence
  }
}
