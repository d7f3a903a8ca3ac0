public import Settings
import MetricModel

/// What a server answered to a question for targets.
public struct DiscoveryAnswer: Hashable, Sendable {
  public var status: Int
  public var contentType: String?
  public var body: [UInt8]
  public init(status: Int, contentType: String?, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }
}

/// `http_sd_configs`: a server says what the targets are, in JSON.
///
///     let ask = HTTPDiscovery.asker(settings, fetch: fetch, parse: parse)
///     let source = PeriodicDiscovery(parts: [HTTPDiscovery.name(of: settings)], interval: …, ask: ask, report: …)
public enum HTTPDiscovery {
  /// Gets a URL with the credentials and trust of `settings`. An answer with a body longer than
  /// ``HTTPDiscovery/bodyBytesMax`` is a failure.
  public typealias Fetch =
    @Sendable (
      _ url: String, _ settings: HTTPClientSettings, _ headers: [(name: String, value: String)], _ timeout: Duration
    ) async -> Result<DiscoveryAnswer, DiscoveryFailure>

  /// Turns a body into groups; `name` is for messages.
  public typealias Parse = @Sendable (_ body: [UInt8], _ name: String) -> Result<[TargetGroup], DiscoveryFailure>

  /// Refused beyond this; a list of ten thousand targets has about one megabyte.
  public static let bodyBytesMax = 16 << 20

  /// The URL as it may be shown.
  public static func name(of settings: HTTPDiscoverySettings) -> String {
    QueryParameter.maskingSecrets(inURL: withoutUserInfo(settings.url))
  }

  /// What `PeriodicDiscovery` asks with; the part is the name alone.
  public static func asker(
    _ settings: HTTPDiscoverySettings, fetch: @escaping Fetch, parse: @escaping Parse,
    noteFailure: @escaping @Sendable () -> Void
  ) -> PeriodicDiscovery.Ask {
    let name = name(of: settings)
    let headers = headers(settings)
    return { _ in
      let answer = await fetch(settings.url, settings.http, headers, settings.refreshInterval)
      let groups = answer.flatMap { Self.groups(from: $0, name: name, parse: parse) }
      if case .failure = groups { noteFailure() }
      return groups
    }
  }

  static func headers(_ settings: HTTPDiscoverySettings) -> [(name: String, value: String)] {
    let milliseconds = settings.refreshInterval.milliseconds
    let seconds =
      milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
    return [
      ("Accept", "application/json"), ("Accept-Encoding", "gzip"), ("X-Prometheus-Refresh-Interval-Seconds", seconds),
    ]
  }

  package static func groups(
    from answer: DiscoveryAnswer, name: String, parse: Parse
  ) -> Result<[TargetGroup], DiscoveryFailure> {
    guard answer.status == 200 else {
      return .failure(DiscoveryFailure("the server answered with status \(answer.status), not 200"))
    }
    guard isJSON(answer.contentType ?? "") else {
      let type = answer.contentType.map { "\"\($0)\"" } ?? "missing"
      return .failure(DiscoveryFailure("the content type is \(type), it must be application/json"))
    }
    return parse(answer.body, name).map { groups in
      groups.map { group in
        var group = group
        group.labels.set(urlLabel, name)
        return group
      }
    }
  }

  /// Shown like every label, so without what must not be.
  private static let urlLabel = "__meta_url"

  /// `application/json`, alone or with the one charset that JSON has.
  static func isJSON(_ contentType: String) -> Bool {
    let pieces = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " && $0 != "\t" } }
    guard pieces.first == "application/json" else { return false }
    return pieces.count == 1 || (pieces.count == 2 && ["charset=utf-8", "charset=\"utf-8\""].contains(pieces[1]))
  }

  private static func withoutUserInfo(_ url: String) -> String {
    let bytes = Array(url.utf8)
    guard let start = bytes.indices.dropFirst().first(where: { bytes[$0] == 0x2f && bytes[$0 - 1] == 0x2f }) else {
      return url
    }
    let authority = bytes[(start + 1)...].prefix { $0 != 0x2f && $0 != 0x3f && $0 != 0x23 }
    guard let at = authority.lastIndex(of: 0x40) else { return url }
    return String(decoding: bytes[...start] + bytes[(at + 1)...], as: UTF8.self)
  }
}
