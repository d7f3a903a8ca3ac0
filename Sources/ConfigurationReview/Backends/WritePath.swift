/// What is known of the paths that take remote write.
enum WritePath {
  /// Paths that belong to one kind of receiver or another; anything else may be what a proxy calls its own.
  private static let known = [
    "/api/v1/write", "/api/v1/push", "/api/v1/receive", "/api/prom/push", "/api/v1/remote_write", "/api/v1/prom/write",
    "/prometheus/v1/write",
  ]

  static func isKnown(_ path: String) -> Bool { known.contains { path.hasSuffix($0) } }

  /// `url` with another path; its scheme, host, port and query stay. nil where the text would show a secret to whoever
  /// reads the change.
  static func replacing(in url: String, by path: String) -> String? {
    guard let parts = EndpointURL(url), !parts.hasUserInfo, parts.queryNames.isEmpty || !hasSecret(parts.queryNames),
      let start = url.range(ofText: "://")
    else { return nil }
    let rest = url[start.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let tail = rest[end...].drop { $0 != "?" && $0 != "#" }
    return url[..<start.upperBound] + rest[..<end] + path + tail
  }

  private static func hasSecret(_ names: [String]) -> Bool { names.contains { EndpointSecret.isSpokenOf($0) } }
}

extension String {
  func range(ofText needle: String) -> Range<Index>? {
    var start = startIndex
    while start != endIndex {
      if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
      start = index(after: start)
    }
    return nil
  }
}
