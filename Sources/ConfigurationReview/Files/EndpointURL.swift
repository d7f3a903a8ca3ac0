/// The parts of an endpoint's URL that rules ask about, without secrets. nil for what is no http(s) URL.
package struct EndpointURL: Sendable, Hashable {
  package var scheme: String
  /// User info that stands in the URL, which is a secret.
  package var hasUserInfo: Bool
  /// Lower case, without brackets.
  package var host: String
  package var port: Int?
  /// With its first slash; empty where there is none.
  package var path: String
  /// The names of the query's parameters.
  package var queryNames: [String]

  package init?(_ text: String) {
    scheme = text.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let tailOfScheme = text.dropFirst(scheme.count)
    guard tailOfScheme.hasPrefix("://") else { return nil }
    let rest = tailOfScheme.dropFirst(3)
    let authorityEnd = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    var authority = rest[..<authorityEnd]
    hasUserInfo = authority.contains("@")
    if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
      let tail = authority[authority.index(after: end)...]
      port = tail.hasPrefix(":") ? Int(tail.dropFirst()) : nil
    } else {
      let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = parts.first.map { $0.lowercased() } ?? ""
      port = parts.count == 2 ? Int(parts[1]) : nil
    }
    let tail = rest[authorityEnd...].prefix { $0 != "#" }
    let pieces = tail.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = pieces.first.map(String.init) ?? ""
    queryNames =
      pieces.count == 2
      ? pieces[1].split(separator: "&").map { String($0.prefix { $0 != "=" }) } : []
  }

  package var isLoopback: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || (host.hasPrefix("127.") && isIPv4)
  }

  private var isIPv4: Bool { host.split(separator: ".").count == 4 && host.allSatisfy { $0 == "." || $0.isNumber } }
}
