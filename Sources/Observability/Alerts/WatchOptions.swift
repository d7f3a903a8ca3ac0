import Settings

/// Why rules cannot be written as asked.
public struct WatchOptionsProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
}

/// From when on something is worth a call, and where the program is found. What it holds makes sense together.
public struct WatchOptions: Hashable, Sendable {
  /// The `job` under which the program itself is scraped.
  public let job: String
  /// How far an endpoint may be behind.
  public let lag: Duration
  /// How long it must have been behind, stuck or down before somebody is told.
  public let patience: Duration
  /// How far back a loss is still told.
  public let lossWindow: Duration
  /// For how long what is unsent is kept: in the WAL of Prometheus and Alloy, by `--storage.agent.retention.max-time`
  /// of godwit. Nil where it is kept without end.
  public let keep: Duration?
  /// Disk that the log, or the queue of an endpoint of vmagent, may take, in bytes. Nil where it has no bound.
  public let logCapBytes: UInt64?
  /// How long before the log is full somebody is told.
  public let capAhead: Duration
  /// How many of a job's targets may be down, 0…99.
  public let targetsDownPercent: Int

  /// A segment of a log; a cap below it is a mistake in the unit.
  public static let logCapMinBytes: UInt64 = 64 << 20
  /// The longest of the durations: beyond a month nobody is told in time.
  public static let durationMax: Duration = .seconds(31 * 86_400)

  /// What is not said is what is usual for the program: Prometheus and Alloy truncate their WAL every two hours, sent
  /// or not; godwit and vmagent keep what is unsent without end.
  ///
  /// - Parameter keep: zero for without end.
  /// - Throws: ``WatchOptionsProblem`` where a value is out of range or two contradict each other.
  public init(
    for program: WatchedProgram, job: String? = nil, lag: Duration = .seconds(120),
    patience: Duration = .seconds(300), lossWindow: Duration = .seconds(600), keep: Duration? = nil,
    logCapBytes: UInt64? = nil, capAhead: Duration = .seconds(4 * 3600), targetsDownPercent: Int = 10
  ) throws(WatchOptionsProblem) {
    let usualKeep: Duration = program == .prometheus || program == .alloy ? .seconds(7200) : .zero
    let keep = keep ?? usualKeep
    self.job = job ?? program.usualJob
    self.lag = lag
    self.patience = patience
    self.lossWindow = lossWindow
    self.keep = keep > .zero ? keep : nil
    self.logCapBytes = logCapBytes.flatMap { $0 > 0 ? $0 : nil }
    self.capAhead = capAhead
    self.targetsDownPercent = targetsDownPercent
    if program == .vmagent && self.keep != nil {
      throw WatchOptionsProblem(description: "--keep is nothing that vmagent has; it keeps by size: say --log-cap")
    }
    if let words = flaw { throw WatchOptionsProblem(description: words) }
  }

  private var flaw: String? {
    let minute: Duration = .seconds(60)
    if job.isEmpty { return "--job is empty; name the job under which the program itself is scraped" }
    for (flag, value) in [
      ("--lag", lag), ("--patience", patience), ("--loss-window", lossWindow), ("--cap-ahead", capAhead),
      ("--keep", keep ?? minute),
    ] where value < minute || value > Self.durationMax {
      return "\(flag) is \(value.words); it can be from 1m to \(Self.durationMax.words)"
    }
    if let keep, keep < lag * 2 {
      return "--keep \(keep.words) is less than twice --lag \(lag.words): the first word would come with the loss"
    }
    if capAhead < patience * 4 + minute * 15 {
      return "--cap-ahead \(capAhead.words) is too short for --patience \(patience.words); "
        + "it must be at least \((patience * 4 + minute * 15).words)"
    }
    if let logCapBytes, logCapBytes < Self.logCapMinBytes {
      return "--log-cap is \(logCapBytes) bytes; less than 64MiB holds no segment of a log"
    }
    if !(0...99).contains(targetsDownPercent) {
      return "--targets-down is \(targetsDownPercent); it is a percentage from 0 to 99"
    }
    return nil
  }
}

extension Duration {
  /// As PromQL and rule files write it; at least a second, for neither has a range of zero.
  var words: String { DurationText.format(max(self, .seconds(1))) }

  /// Rounded down.
  var wholeSeconds: Int64 { components.seconds }

  /// Rounded up.
  var wholeMinutes: Int { Int((components.seconds + 59) / 60) }
}
