package import Diagnostics

/// Where in a text: line and column from 1, columns counted in Unicode scalars.
package struct Place: Hashable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static let start = Place(line: 1, column: 1)
}

/// A value with the place it was written at.
package struct Located<Value> {
  package var value: Value
  package var place: Place

  package init(value: Value, place: Place) {
    self.value = value
    self.place = place
  }
}

extension Located: Sendable where Value: Sendable {}

/// Gathers what is found while one file is read, so that reading goes on after the first mistake.
package final class FindingCollector {
  /// The file, as the user named it.
  package let path: String
  package private(set) var errors: [Finding] = []
  package private(set) var notBuilt: [Finding] = []
  package private(set) var warnings: [Finding] = []

  package init(path: String) { self.path = path }

  package func error(
    _ kind: ConfigurationFinding, at place: Place, _ message: String, evidence: String = "", fix: String = ""
  ) {
    errors.append(finding(kind, at: place, message, why: "", evidence: evidence, fix: fix))
  }

  /// Notes that `field` is valid but has no effect here, so that starting would silently do something else.
  func notBuilt(_ field: String, at place: Place, fix: String) {
    notBuilt.append(
      finding(
        .notBuilt, at: place, "\(field) is valid but not supported by this agent",
        why: "The agent does not start, because ignoring the setting would do something other than what it says.",
        evidence: "", fix: fix))
  }

  /// Notes that a setting is valid and changes nothing here, and that nothing is lost by that.
  func noEffect(_ field: String, at place: Place, why: String, fix: String) {
    warnings.append(
      finding(
        .noEffect, severity: .warning, at: place, "\(field) has no effect in this agent", why: why, evidence: "",
        fix: fix))
  }

  /// Notes that requests to an endpoint will fail, whose samples then wait as for one that is down.
  func willFail(at place: Place, _ message: String, fix: String) {
    warnings.append(
      finding(
        .willFail, severity: .warning, at: place, message,
        why: "The agent starts, as Prometheus does, but every request fails and samples wait in the log.", evidence: "",
        fix: fix))
  }

  func cannotWork(at place: Place, _ message: String, fix: String) {
    notBuilt.append(
      finding(
        .cannotWork, at: place, message,
        why: "Prometheus accepts the text, but no request made with it can succeed.", evidence: "", fix: fix))
  }

  func hasError(at place: Place) -> Bool {
    errors.contains { $0.line == place.line && $0.column == place.column }
  }

  private func finding(
    _ kind: ConfigurationFinding, severity: Finding.Severity = .error, at place: Place, _ message: String, why: String,
    evidence: String, fix: String
  ) -> Finding {
    Finding(
      id: kind.rawValue, severity: severity, path: path, line: place.line, column: place.column, message: message,
      why: why, evidence: evidence, fix: fix)
  }
}
