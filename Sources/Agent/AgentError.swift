public import Diagnostics

/// Why the agent cannot start.
public enum AgentError: Error, Sendable, CustomStringConvertible {
  /// The configuration is not valid, or uses something that is not built.
  case configuration([Finding])
  /// The configuration file cannot be read.
  case unreadable(path: String, reason: String)
  /// The log cannot be opened.
  case log(String)
  /// An endpoint cannot be delivered to.
  case endpoint(name: String, reason: String)
  case job(name: String, reason: String)
  case listening(String)

  public var description: String {
    switch self {
    case .configuration(let findings): findings.text
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .log(let reason): reason
    case .endpoint(let name, let reason): "remote_write \(name): \(reason)"
    case .job(let name, let reason): "scrape job \(name): \(reason)"
    case .listening(let reason): reason
    }
  }
}
