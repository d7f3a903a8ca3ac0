/// Why rules cannot be tried at all.
public enum RelabelReviewError: Error, Sendable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  /// The configuration has no such section.
  case sectionUnknown(String, path: String, known: [String])
  /// The file holds a whole configuration where a list of rules was asked for.
  case wholeConfiguration(path: String)
  case notSeries(name: String, reason: String)
  /// A text that was to be one series, or one goal.
  case argument(String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .sectionUnknown(let section, let path, let known):
      known.isEmpty
        ? "\(path) has no section \"\(section)\": it has neither jobs nor endpoints"
        : "\(path) has no section \"\(section)\"; it has \(known.joined(separator: ", "))"
    case .wholeConfiguration(let path):
      "\(path) is a whole configuration; name it with --config.file, and a section of it with --section"
    case .notSeries(let name, let reason): "\(name) holds no series: \(reason)"
    case .argument(let words): words
    }
  }
}
