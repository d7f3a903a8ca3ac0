/// Checks a URL as the reference's parser does: leniently. A relative reference passes, a broken one does not.
package enum URLText {
  package struct Parts: Equatable {
    /// In lower case; empty for a relative reference.
    package var scheme: String
    package var host: String
    package var hasUserInfo: Bool
  }

  package static func parse(_ text: String) -> Result<Parts, TextProblem> {
    func failure(_ reason: String) -> Result<Parts, TextProblem> {
      .failure(TextProblem("parse \"\(withoutUserInfo(text))\": \(reason)"))
    }
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
      return failure("net/url: invalid control character in URL")
    }
    var parts = Parts(scheme: "", host: "", hasUserInfo: false)
    var rest = Substring(text.prefix { $0 != "#" })
    if rest.hasPrefix(":") { return failure("missing protocol scheme") }
    if let scheme = scheme(of: rest) {
      parts.scheme = scheme.lowercased()
      rest = rest.dropFirst(scheme.utf8.count + 1)
    }
    let hierarchy = rest.prefix { $0 != "?" }
    if !hierarchy.hasPrefix("/") {
      // With a scheme this is opaque (mailto:x); without one, a colon there is taken for a forgotten scheme.
      let segment = hierarchy.prefix { $0 != "/" }
      if parts.scheme.isEmpty && segment.contains(":") {
        return failure("first path segment in URL cannot contain colon")
      }
      if parts.scheme.isEmpty, let broken = brokenEscape(in: hierarchy) { return failure(broken) }
      return .success(parts)
    }
    var path = hierarchy
    if hierarchy.hasPrefix("//") && (!parts.scheme.isEmpty || !hierarchy.hasPrefix("///")) {
      var authority = hierarchy.dropFirst(2).prefix { $0 != "/" }
      path = hierarchy.dropFirst(2 + authority.count)
      if let at = authority.lastIndex(of: "@") {
        let user = authority[..<at]
        parts.hasUserInfo = true
        authority = authority[authority.index(after: at)...]
        guard user.utf8.allSatisfy(isUserInfo) else { return failure("net/url: invalid userinfo") }
        // Not quoted: user info is a secret.
        if brokenEscape(in: user) != nil { return failure("invalid URL escape in the user info") }
      }
      if let problem = hostProblem(authority) { return failure(problem) }
      parts.host = String(authority)
    }
    if let broken = brokenEscape(in: path) { return failure(broken) }
    return .success(parts)
  }

  /// `text` with everything between `//` and the last `@` of the authority replaced.
  package static func withoutUserInfo(_ text: String) -> String {
    guard let start = text.range(ofBytes: "//") else { return text }
    let authority = text[start.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@") else { return text }
    return text[..<start.upperBound] + "<secret>" + text[at...]
  }

  private static func scheme(of text: Substring) -> Substring? {
    let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    guard let first = scheme.first, first.isLetter, text.dropFirst(scheme.count).first == ":" else { return nil }
    return scheme
  }

  private static func hostProblem(_ authority: Substring) -> String? {
    var port = Substring()
    if authority.hasPrefix("[") {
      guard let end = authority.lastIndex(of: "]") else { return "missing ']' in host" }
      port = authority[authority.index(after: end)...]
    } else if let colon = authority.lastIndex(of: ":") {
      port = authority[colon...]
    }
    if !port.isEmpty, !port.hasPrefix(":") || !port.dropFirst().utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      return "invalid port \"\(port)\" after host"
    }
    for byte in authority.utf8 where byte < 0x80 && !isHost(byte) {
      return "invalid character \"\(Character(Unicode.Scalar(byte)))\" in host name"
    }
    // An escaped host is almost never meant; only bytes beyond ASCII may be escaped there.
    if let broken = brokenEscape(in: authority) { return broken }
    return nil
  }

  private static func brokenEscape(in text: Substring) -> String? {
    var bytes = text.utf8[...]
    while let percent = bytes.firstIndex(of: 0x25) {
      let digits = bytes[percent...].dropFirst().prefix(2)
      guard digits.count == 2, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || isHexLetter($0) })
      else {
        return "invalid URL escape \"%\(String(decoding: digits, as: UTF8.self))\""
      }
      bytes = bytes[percent...].dropFirst(3)
    }
    return nil
  }

  private static func isHexLetter(_ byte: UInt8) -> Bool { (0x61...0x66).contains(byte | 0x20) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
  }

  private static func isUserInfo(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "-._:~!$&'()*+,;=%@".utf8.contains(byte)
  }

  private static func isHost(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "-_.~!$&'()*+,;=:[]<>\"%".utf8.contains(byte)
  }
}

extension String {
  /// Where `needle` first occurs, compared byte by byte.
  func range(ofBytes needle: String) -> Range<String.Index>? {
    let (bytes, wanted) = (utf8, Array(needle.utf8))
    var start = bytes.startIndex
    while start != bytes.endIndex {
      if bytes[start...].starts(with: wanted) { return start..<bytes.index(start, offsetBy: wanted.count) }
      start = bytes.index(after: start)
    }
    return nil
  }
}
