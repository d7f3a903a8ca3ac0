import CMemory

/// Keeps out of memory the code that is hardly ever used.
///
/// Reading the configuration, opening the log, starting the listener touch code all over the program and its libraries,
/// and for each page that is touched the kernel maps sixteen. Two thirds of what an idle agent would keep resident has
/// been used once or never; a reload or a look at a status page brings some of it back.
enum MemoryCare {
  /// When the code of the start is given back: what follows at once (the first scrapes and requests) is over then too.
  private static let first: Duration = .seconds(2)
  /// How often after that. What is in use comes back within a scrape, for less than a millisecond.
  private static let interval: Duration = .seconds(60)

  /// Runs until the task is cancelled.
  static func run() async {
    var pause = first
    while (try? await Task.sleep(for: pause)) != nil {
      _ = godwit_memory_release_code()
      pause = interval
    }
  }
}
