public import DurableLog

/// Why a log cannot be reviewed, or a quarantine not be worked on.
public enum LogReviewError: Error, Sendable, CustomStringConvertible {
  case log(LogError)
  /// The storage path knows no endpoint of that name.
  case endpointUnknown(String, known: [String])
  /// The quarantine of the endpoint has no file of that name.
  case fileUnknown(String, endpoint: String)

  public var description: String {
    switch self {
    case .log(let error): error.description
    case .endpointUnknown(let name, let known):
      known.isEmpty
        ? "no endpoint \"\(name)\" is known there, and no other"
        : "no endpoint \"\(name)\" is known there; known are \(known.map { "\"\($0)\"" }.joined(separator: ", "))"
    case .fileUnknown(let name, let endpoint):
      "the quarantine of \"\(endpoint)\" has no file \"\(name)\"; `godwit log quarantine` lists them"
    }
  }
}
