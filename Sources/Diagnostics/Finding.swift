/// One thing that was found: what, where, what it leads to and what to do about it.
///
///     let finding = Finding(
///       id: "GW102", severity: .error, path: "prometheus.yml", line: 12, column: 5,
///       message: "field urll not found in remote_write", fix: "did you mean `url`?")
///     finding.text     // prometheus.yml:12:5: error GW102: field urll not found in remote_write …
///     finding.json     // {"id":"GW102","severity":"error", …}
///
/// A finding never carries a secret; whoever makes one describes the secret instead.
public struct Finding: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    case error, warning, info
  }

  /// Stable, `GW` and three digits.
  public var id: String
  public var severity: Severity
  /// The file as the user named it; empty where the finding is not about a file.
  public var path: String
  /// From 1; nil where the finding is about the whole file.
  public var line: Int?
  /// From 1, counted in Unicode scalars.
  public var column: Int?
  /// What is wrong.
  public var message: String
  /// What it leads to.
  public var why: String
  /// What was seen.
  public var evidence: String
  /// What to change.
  public var fix: String
  /// How sure the finding is, 0…1.
  public var confidence: Double

  public init(
    id: String, severity: Severity, path: String = "", line: Int? = nil, column: Int? = nil, message: String,
    why: String = "", evidence: String = "", fix: String = "", confidence: Double = 1
  ) {
    self.id = id
    self.severity = severity
    self.path = path
    self.line = line
    self.column = column
    self.message = message
    self.why = why
    self.evidence = evidence
    self.fix = fix
    self.confidence = confidence
  }
}

extension Finding {
  /// One line in the form compilers use, and an indented line for each of why, evidence and fix that is known.
  public var text: String {
    var place = path
    if let line {
      place += ":\(line)"
      if let column { place += ":\(column)" }
    }
    if !place.isEmpty { place += ": " }
    var text = "\(place)\(severity.rawValue) \(id): \(message)"
    for (title, content) in [("why", why), ("seen", evidence), ("fix", fix)] where !content.isEmpty {
      text += "\n    \(title): \(content)"
    }
    return text
  }

  /// One JSON object; what is not known is left out.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes the finding as the next value of `writer`.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id)
      writer.member("severity", severity.rawValue)
      if !path.isEmpty { writer.member("path", path) }
      if let line { writer.member("line", line) }
      if let column { writer.member("column", column) }
      writer.member("message", message)
      if !why.isEmpty { writer.member("why", why) }
      if !evidence.isEmpty { writer.member("evidence", evidence) }
      if !fix.isEmpty { writer.member("fix", fix) }
      writer.member("confidence", confidence)
    }
  }
}

extension Sequence<Finding> {
  /// One JSON array.
  public var json: String {
    var writer = JSONWriter()
    writer.array { writer in
      for finding in self { finding.write(to: &writer) }
    }
    return writer.text
  }

  /// The findings below each other, as ``Finding/text``.
  public var text: String { map(\.text).joined(separator: "\n") }
}
