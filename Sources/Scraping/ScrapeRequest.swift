public import MetricModel
public import Settings

/// The headers of a scrape, as Prometheus sends them.
public enum ScrapeRequest {
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

  public static func headers(_ settings: ScrapeSettings, timeout: Duration) -> [(name: String, value: String)] {
    return [
      ("Accept", accept(settings.protocols, escaping: settings.nameEscaping)),
      ("Accept-Encoding", settings.enableCompression ? "gzip" : "identity"),
      ("X-Prometheus-Scrape-Timeout-Seconds", timeout.seconds.description),
    ]
  }
}
