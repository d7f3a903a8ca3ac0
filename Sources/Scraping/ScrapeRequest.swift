public import MetricModel
public import Settings

/// What a target is asked, the same each time; its headers are Prometheus's.
public struct ScrapeRequest: Sendable {
  public let url: String
  public let headers: [(name: String, value: String)]
  public let settings: ScrapeSettings
  public let timeout: Duration

  public init(url: String, settings: ScrapeSettings, timeout: Duration) {
    self.url = url
    self.settings = settings
    self.timeout = timeout
    headers = [
      ("Accept", Self.accept(settings.protocols, escaping: settings.nameEscaping)),
      ("Accept-Encoding", settings.enableCompression && !Self.isLocal(url) ? "gzip" : "identity"),
      ("X-Prometheus-Scrape-Timeout-Seconds", timeout.seconds.description),
    ]
  }

  /// Whether the target is on this machine, which would pay for compression at both ends and save nothing: a page that is
  /// inflated costs four times one that is not.
  private static func isLocal(_ url: String) -> Bool {
    guard let start = url.firstRange(of: "://")?.upperBound else { return false }
    let host = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return ["127.", "localhost:", "[::1]"].contains { host.hasPrefix($0) } || host == "localhost"
  }

  /// Preferred protocols first: weights fall from 0.(n+1) by tenths, anything else comes last.
  ///
  ///     application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,…,*/*;q=0.2
  ///
  /// - Parameter escaping: how names are wanted. As in the reference only the versions 1.0.0 of the text formats say it.
  public static func accept(_ protocols: [ScrapeProtocol], escaping: NameEscaping = .allowUTF8) -> String {
    var weight = ScrapeProtocol.allCases.count + 1
    var parts: [String] = []
    for form in protocols {
      parts.append("\(mediaType(form, escaping));q=0.\(weight)")
      weight -= 1
    }
    return (parts + ["*/*;q=0.\(weight)"]).joined(separator: ",")
  }

  private static func mediaType(_ form: ScrapeProtocol, _ escaping: NameEscaping) -> String {
    switch form {
    case .prometheusProto:
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
    case .prometheusText004: "text/plain;version=0.0.4"
    case .prometheusText100: "text/plain;version=1.0.0;escaping=\(escaping.rawValue)"
    case .openMetrics001: "application/openmetrics-text;version=0.0.1"
    case .openMetrics100: "application/openmetrics-text;version=1.0.0;escaping=\(escaping.rawValue)"
    }
  }
}
