public import Logging
import Synchronization

/// The failure logs of all jobs, one for each path: jobs share the file that `global` names.
public final class ScrapeFailureLogs: Sendable {
  private let logs = Mutex<[String: ScrapeFailureLog]>([:])
  private let threads: (any TaskExecutor)?
  private let logger: Logger

  public init(logger: Logger, threads: (any TaskExecutor)? = nil) {
    self.logger = logger
    self.threads = threads
  }

  func log(at path: String) -> ScrapeFailureLog {
    let (threads, logger) = (threads, logger)
    return logs.withLock { logs in
      if let log = logs[path] { return log }
      let log = ScrapeFailureLog(path: path, threads: threads) {
        logger.error("scrape_failure_log_file cannot be written", metadata: ["component": "scrape", "cause": "\($0)"])
      }
      logs[path] = log
      return log
    }
  }
}
