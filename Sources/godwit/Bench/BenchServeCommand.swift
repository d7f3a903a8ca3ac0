public import ArgumentParser
public import Bench
import Foundation
import Listening
import UnixSignals

/// `godwit bench serve`: targets to scrape, and an endpoint that counts.
struct BenchServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Be the targets and the endpoint of an agent, until interrupted.",
    discussion: """
      Pages are at /target/0, /target/1 and so on, and their list for http_sd_configs at /targets. Of a page's series \
      38 % belong to classic histograms, 44 % are counters for each CPU, 11 % belong to containers with long labels, ten \
      to each, and 7 % are gauges. With --page they are all of one kind, or there is a container to each of the 11 %. \
      Their values change from scrape to scrape, and with --churn containers are replaced with all their series.

      The endpoint at /api/v1/write takes Remote Write 1.0 and 2.0 and keeps nothing. /figures shows its counts as \
      JSON: samples, series, requests, bytes, the delay from a sample's timestamp to its acknowledgement, and how many \
      samples a request holds. They are printed at the end too.

      Examples:
        godwit bench serve
        godwit bench serve --targets 10 --series 5000 --churn 0.01 --web.listen-address 127.0.0.1:9300
      """)

  @Option(help: "How many targets there are.")
  var targets = 100

  @Option(help: "How many series each target has.")
  var series = 1000

  @Option(help: "What the series are.")
  var page = PageKind.usual

  @Option(help: "The share of a target's series that is replaced at each scrape, up to 0.1: 0.01 is one in a hundred.")
  var churn = 0.0

  @Option(name: .customLong("web.listen-address"), help: "Where to serve; port 0 takes a free one.")
  var listenAddress = ListeningAddress(host: "127.0.0.1", port: 0)

  func validate() throws {
    guard (0...100_000).contains(targets) else { throw ValidationError("--targets is from 0 to 100000.") }
    guard (1...1_000_000).contains(series) else { throw ValidationError("--series is from 1 to 1000000.") }
    guard (0...PageMix.churnMax).contains(churn) else { throw ValidationError("--churn is from 0 to 0.1.") }
  }

  func run() async throws {
    let server = BenchServer(pages: TargetPages(targets: targets, seriesPerTarget: series, kind: page, churn: churn))
    do {
      _ = try await server.start(host: listenAddress.host, port: listenAddress.port)
    } catch {
      FileHandle.standardError.write(Data("godwit bench serve: cannot listen on \(listenAddress): \(error)\n".utf8))
      throw ExitCode(2)
    }
    let lines = """
      targets   http://\(server.address)/target/0 to /target/\(max(0, targets - 1)), list at http://\(server.address)/targets
      endpoint  http://\(server.address)/api/v1/write
      figures   http://\(server.address)/figures

      """
    FileHandle.standardOutput.write(Data(lines.utf8))
    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
    let figures = BenchFigures(server)
    await server.stop()
    FileHandle.standardOutput.write(Data((figures.json + "\n").utf8))
  }
}

extension PageKind: ExpressibleByArgument {}
