import Agent
import ArgumentParser
import Foundation
import Settings
import Sizing
import Transport

/// Where the pages of metrics come from.
struct TunePages: ParsableArguments {
  private static let pageBytesMax = 256 << 20
  private static let patience: Duration = .seconds(30)

  @Option(help: "A page of the sender's metrics: a file or a URL. Twice for two pages, the older one first.")
  var metrics: [String] = []

  @Option(help: "How far two pages are apart.")
  var apart: DurationArgument?

  @Option(help: "Ask this URL for both pages.")
  var url: String?

  @Option(help: "How long to wait between the two pages of --url.")
  var watch = DurationArgument(.seconds(30), "30s")

  func validate() throws {
    if url != nil && !metrics.isEmpty {
      throw ValidationError("--url takes both pages itself; --metrics is another way.")
    }
    if metrics.count > 2 { throw ValidationError("--metrics is for two pages at most.") }
    if metrics.count == 2 && apart == nil { throw ValidationError("Say how far the two pages are apart: --apart 60s.") }
    if watch.duration < .seconds(1) { throw ValidationError("--watch is a second at least.") }
  }

  /// The pages, how many seconds they are apart, and when the last was taken, where that is known.
  func taken() async throws -> (pages: [MetricsPage], apart: Double?, at: Double?) {
    let transport = HTTPTransport()
    defer { transport.shutdown() }
    if let url {
      let first = try await Self.page(url, transport)
      let started = ContinuousClock.now
      FileHandle.standardError.write(Data("godwit: the second page follows in \(watch.description)\n".utf8))
      try await Task.sleep(for: watch.duration)
      let apart = ContinuousClock.now - started
      return ([first, try await Self.page(url, transport)], apart.seconds, Date().timeIntervalSince1970)
    }
    var pages: [MetricsPage] = []
    for source in metrics { pages.append(try await Self.page(source, transport)) }
    let isFresh = metrics.last.map(Self.isURL) ?? false
    return (pages, apart?.duration.seconds, isFresh ? Date().timeIntervalSince1970 : nil)
  }

  private static func isURL(_ source: String) -> Bool { source.hasPrefix("http://") || source.hasPrefix("https://") }

  private static func page(_ source: String, _ transport: HTTPTransport) async throws -> MetricsPage {
    guard isURL(source) else { return try MetricsPage(name: source, body: LocalFile.bytes(at: source)) }
    let response = try await transport.fetch(
      HTTPRequest(
        url: source,
        headers: [("Accept", "text/plain;version=0.0.4"), ("User-Agent", "Godwit/\(BuildInformation.version)")]),
      settings: HTTPClientSettings(), timeout: patience, bodyBytesMax: pageBytesMax, bodyOverflow: .fail)
    let name = SizingReport.plainURL(source)
    guard response.status == 200 else {
      throw SizingError("\(name) answered with status \(response.status), not 200; is it the metrics page?")
    }
    return try MetricsPage(name: name, body: response.body)
  }
}

/// Files that the user names.
enum LocalFile {
  static func bytes(at path: String) throws -> [UInt8] {
    do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw SizingError("cannot read \(path): \((error as NSError).localizedDescription)")
    }
  }

  static func text(at path: String) throws -> String { String(decoding: try bytes(at: path), as: UTF8.self) }

  /// Whole or not at all.
  static func write(_ text: String, to path: String) throws {
    do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw SizingError("cannot write \(path): \((error as NSError).localizedDescription)")
    }
  }
}
