import CMemory

/// Keeps out of memory the code that is hardly ever used.
///
/// Reading the configuration, opening the log, starting the listener touch code all over the program and its libraries,
/// and for each page that is touched the kernel maps sixteen. Two thirds of what an idle agent would keep resident has
/// been used once or never; a reload or a look at a status page brings some of it back.
enum MemoryCare {
  /// Pauses before the code is given back for the first times. At once when everything runs, for an agent never takes more
  /// than where its first pages and series come on top of what the start has left. Again after two seconds, when what
  /// follows the start is over, and after twenty more, when the first pages and requests are, which cost much that the
  /// next ones do not.
  private static let first: [Duration] = [.zero, .seconds(2), .seconds(20)]
  /// How often after that, for what a reload or a page has brought. What is in use comes back within a scrape, for less
  /// than a millisecond: as much as a small agent needs in ten seconds.
  private static let interval: Duration = .seconds(600)

  /// Runs until the task is cancelled.
  static func run() async {
    var pauses = first[...]
    while (try? await Task.sleep(for: pauses.popFirst() ?? interval)) != nil {
      _ = godwit_memory_release_code()
    }
  }
}
