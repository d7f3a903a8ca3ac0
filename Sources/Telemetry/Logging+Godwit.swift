public import Logging

/// How much the log says; the raw value is the word of the flag `--log.level`.
public enum LogLevel: String, Sendable, CaseIterable {
  case debug, info, warn, error

  public var loggerLevel: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warn: .warning
    case .error: .error
    }
  }
}

/// A logger that writes lines as Prometheus 3 does, to standard error, each with one `write(2)`.
public func makeLogger(level: LogLevel = .info, format: LogFormat = .logfmt, label: String = "godwit") -> Logger {
  Logger(label: label) { _ in
    LineLogHandler(
      logLevel: level.loggerLevel, format: format, now: { Platform.now }, write: Platform.writeToStandardError)
  }
}

/// Renders each event as one ``LogLine``. Metadata come after the message, by key.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  let format: LogFormat
  /// Time since the Unix epoch.
  let now: @Sendable () -> Duration
  let write: @Sendable ([UInt8]) -> Void
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(
    logLevel: Logger.Level, format: LogFormat, now: @escaping @Sendable () -> Duration,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.logLevel = logLevel
    self.format = format
    self.now = now
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let given = event.metadata { all.merge(given) { $1 } }
    if let error = event.error { all["err"] = "\(error)" }
    let file = event.file.split(separator: "/").last ?? "?"
    let line = LogLine(
      time: now(), level: Self.word(event.level), source: "\(file):\(event.line)",
      message: event.message.description,
      fields: all.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) })
    write(line.rendered(as: format))
  }

  private static func word(_ level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "DEBUG"
    case .info, .notice: "INFO"
    case .warning: "WARN"
    case .error, .critical: "ERROR"
    }
  }
}
