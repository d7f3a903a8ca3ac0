import ArgumentParser
import Foundation
import Listening
import Logging
import Receiver
import UnixSignals

/// `godwit receive`: a strict endpoint that can be looked into.
struct ReceiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive", abstract: "Be an endpoint that checks senders strictly and can misbehave on request.",
    discussion: """
      Takes Remote Write 1.0 and 2.0 at /api/v1/write, answers by the specification, and reports what breaks it at \
      /api/v1/receive/status. Series and their last values are kept in memory, see /api/v1/receive/series.

      Listens on 127.0.0.1:9091 when no address is given. SIGTERM and SIGINT end it with 0, after a line of what was \
      received; it exits 2 when it cannot listen.

      Examples:
        godwit receive
        godwit receive --web.listen-address=127.0.0.1:9201 --strict-order
        godwit receive --misbehave.status=429 --misbehave.retry-after=10s --misbehave.for=5m
        godwit receive --misbehave.delay=2s --misbehave.every=10
      """)

  @Option(
    name: .customLong("web.listen-address"), help: "Where to take writes, may be repeated; port 0 takes a free one.")
  var listenAddresses: [ListeningAddress] = []

  @Flag(name: .customLong("strict-order"), help: "Refuse samples that are out of order or twice, as Prometheus does.")
  var strictOrder = false

  @Flag(
    name: .customLong("keep-all-timestamps"),
    help: "Remember every timestamp, so that repetitions and late samples are told exactly; two bytes for each sample.")
  var keepsAllTimestamps = false

  @Option(name: .customLong("series-max"), help: "How many series are kept; those of more are refused.")
  var seriesMax = 1_000_000

  @OptionGroup(title: "The web")
  var web: WebFlags

  @OptionGroup(title: "Misbehaving")
  var misbehaviour: MisbehaviourFlags

  @OptionGroup(title: "Logging")
  var logging: LoggingFlags

  func run() async throws {
    var settings = ReceiverSettings()
    settings.listener = web.options(
      listenAddresses.isEmpty ? [ListeningAddress(host: "127.0.0.1", port: 9091)] : listenAddresses)
    settings.strictOrder = strictOrder
    settings.keepsAllTimestamps = keepsAllTimestamps
    settings.seriesMax = seriesMax
    settings.misbehaviour = misbehaviour.settings
    let receiver: RemoteWriteReceiver
    do {
      let security = try web.security(logger: logging.logger)
      receiver = RemoteWriteReceiver(settings, security: security, logger: logging.logger)
      _ = try await receiver.start()
    } catch {
      FileHandle.standardError.write(Data("godwit receive: \(error)\n".utf8))
      throw ExitCode(2)
    }
    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
    await receiver.stop()
    let report = receiver.report()
    logging.logger.notice(
      "What was received",
      metadata: [
        "samples": "\(report.samples)", "series": "\(report.series)", "duplicates": "\(report.duplicates)",
        "out_of_order": "\(report.outOfOrder)", "breaches": "\(report.breaches.reduce(0) { $0 + $1.count })",
      ])
  }
}

/// How to misbehave from the start; `/api/v1/receive/misbehave` does the same while it runs.
struct MisbehaviourFlags: ParsableArguments {
  @Option(name: .customLong("misbehave.status"), help: "Answer with this status instead of taking the data.")
  var status: Int?

  @Option(name: .customLong("misbehave.delay"), help: "Wait this long before answering.")
  var delay: DurationArgument?

  @Option(name: .customLong("misbehave.for"), help: "Behave well again after this time.")
  var duration: DurationArgument?

  @Option(name: .customLong("misbehave.every"), help: "Misbehave at every n-th request.")
  var every = 1

  @Option(name: .customLong("misbehave.retry-after"), help: "Send this as Retry-After.")
  var retryAfter: DurationArgument?

  var settings: Misbehaviour? {
    guard status != nil || delay != nil else { return nil }
    var settings = Misbehaviour()
    settings.status = status
    settings.delay = delay?.duration ?? .zero
    settings.duration = duration?.duration
    settings.every = max(1, every)
    settings.retryAfter = retryAfter?.duration
    settings.takesData = status == nil
    return settings
  }
}
