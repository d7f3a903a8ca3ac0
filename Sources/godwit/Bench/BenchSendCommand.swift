import ArgumentParser
import Bench
import Foundation
import RemoteWriteProtocol

/// `godwit bench send`: pushes series in remote write, for agents that relay.
struct BenchSendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Push series in remote write at a steady rate.",
    discussion: """
      Every series gets a new value each time its turn comes: with 100,000 series at 150,000 samples a second that is \
      every 0.67 s. Each connection has series of its own and one request under way, so samples stay in order.

      A receiver that answers 429 or 5xx, or does not answer, gets the same request again; one that takes longer than \
      the rate allows misses requests, and both are counted and printed. Exits 1 when nothing was taken or something \
      was refused.

      Examples:
        godwit bench send --to http://127.0.0.1:9090/api/v1/write
        godwit bench send --to http://127.0.0.1:9201/api/v1/write --message v1 --series 1000 --rate 5000 --for 10s
      """)

  enum Message: String, ExpressibleByArgument, CaseIterable { case v1, v2 }

  @Option(name: .customLong("to"), help: "Where to: http://host:port/api/v1/write.")
  var url: String

  @Option(help: "How many series there are.")
  var series = 100_000

  @Option(help: "Samples a second.")
  var rate = 150_000.0

  @Option(help: "Remote Write 1.0 or 2.0: v1, v2.")
  var message = Message.v2

  @Option(name: .customLong("samples-per-request"), help: "How many samples a request holds.")
  var samplesPerRequest = 2000

  @Option(help: "How many connections share the series.")
  var connections = 4

  @Option(name: .customLong("for"), help: "End after this time.")
  var duration = DurationArgument(.seconds(60), "60s")

  func validate() throws {
    guard Self.address(url) != nil else { throw ValidationError("--to is not http://host:port/path.") }
    guard (1...10_000_000).contains(series) else { throw ValidationError("--series is from 1 to 10000000.") }
    guard rate >= 1, rate.isFinite else { throw ValidationError("--rate is at least 1.") }
    guard (1...100_000).contains(samplesPerRequest) else {
      throw ValidationError("--samples-per-request is from 1 to 100000.")
    }
    guard (1...1000).contains(connections) else { throw ValidationError("--connections is from 1 to 1000.") }
  }

  func run() async throws {
    guard let address = Self.address(url) else { throw ValidationError("--to is not http://host:port/path.") }
    var settings = PushSettings(host: address.host, port: address.port)
    settings.path = address.path
    settings.version = message == .v1 ? .v1 : .v2
    settings.series = series
    settings.rate = rate
    settings.samplesPerRequest = samplesPerRequest
    settings.connections = connections
    let pusher = Pusher(settings)
    let start = ContinuousClock.now
    await pusher.run(for: duration.duration)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let (pushed, trips) = (pusher.pushed, pusher.roundTripsMicroseconds)
    let text = """
      \(pushed.samples) samples in \(pushed.requests) requests were taken: \
      \(Figure.grouped(Int(Double(pushed.samples) / max(seconds, 0.001)))) a second of \(Figure.grouped(Int(rate))) \
      wanted, \(Figure.tenths(Double(pushed.bytes) / Double(max(1, pushed.samples)))) bytes each.
      Requests put off and sent again: \(pushed.putOff); refused: \(pushed.refused); left out for lateness: \
      \(pushed.skipped).
      Round trip: median \(Figure.tenths(Double(trips.quantile(0.5)) / 1000)) ms, p99 \
      \(Figure.tenths(Double(trips.quantile(0.99)) / 1000)) ms.

      """
    FileHandle.standardOutput.write(Data(text.utf8))
    if pushed.samples == 0 || pushed.refused > 0 { throw ExitCode(1) }
  }

  /// The parts of a plain `http` URL.
  static func address(_ url: String) -> (host: String, port: Int, path: String)? {
    guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host, !host.isEmpty else {
      return nil
    }
    let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
    return (host.trimmingCharacters(in: ["[", "]"]), parts.port ?? 80, path + query)
  }
}
