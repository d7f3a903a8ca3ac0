/// What the sections of one file need beside their text.
package struct ReadingContext {
  /// Absolute; where relative paths of this file start.
  package var directory: String
  /// The value of an environment variable, nil when there is none.
  package var environment: @Sendable (String) -> String?
  /// What `extra_scrape_metrics` of `global` is where the file does not say.
  package var extraScrapeMetrics = false
  /// What only a server has is allowed, and checked.
  package var isServer = false

  /// `path` itself when it is absolute or empty, else what it means in ``directory``.
  package func absolute(_ path: String) -> String {
    if path.isEmpty || path.hasPrefix("/") || directory.isEmpty { return path }
    return directory.hasSuffix("/") ? directory + path : directory + "/" + path
  }
}
