public import ArgumentParser
import Logging
public import Telemetry

/// `--log.level` and `--log.format`, as Prometheus has them.
struct LoggingFlags: ParsableArguments {
  @Option(
    name: .customLong("log.level"), help: "Only log messages of this severity or above: debug, info, warn, error.")
  var level: LogLevel = .info

  @Option(name: .customLong("log.format"), help: "Format of log messages: logfmt, json.")
  var format: LogFormat = .logfmt

  var logger: Logger { makeLogger(level: level, format: format) }
}

extension LogLevel: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
