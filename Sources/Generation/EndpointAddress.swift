import AgentConfiguration
import Diagnostics
import Settings

/// Where an endpoint is, made of a profile's pattern or of what was named in full.
struct EndpointAddress: Hashable {
  var url: String
  var findings: [Finding] = []

  /// - Parameters:
  ///   - url: what was named in full, or a server without a path, which then gets the profile's.
  ///   - pieces: by name, without those that were not named.
  ///   - elsewhere: the names of pieces that are needed for something other than the address, too.
  init(
    url: String?, pieces: [String: String], elsewhere: Set<String>, profile: BackendProfile
  ) throws(GenerationProblem) {
    let wanted = Set(profile.pieces.map(\.name))
    for name in pieces.keys.sorted() where !wanted.contains(name) && !elsewhere.contains(name) {
      throw GenerationProblem(
        "the address of \(profile.title) has no \(name)",
        fix: "leave --\(name) out; it takes \((profile.pieces.map(\.flag) + ["--url"]).joined(separator: ", "))")
    }
    if let url {
      let doubled = pieces.keys.sorted().first { name in
        wanted.contains(name) && !elsewhere.contains(name) && !profile.path.contains("{\(name)}")
      }
      if let name = doubled {
        throw GenerationProblem("both --url and --\(name) name the server", fix: "keep one of them")
      }
      self.url = try Self.completed(url, profile: profile, pieces: pieces)
    } else {
      self.url = try Self.filled(profile.url, pieces: pieces, of: profile)
    }
    try check()
    look(at: profile)
  }

  /// A pattern with its pieces filled in.
  static func filled(
    _ pattern: String, pieces: [String: String], of profile: BackendProfile
  ) throws(GenerationProblem) -> String {
    var result = ""
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let name = String(rest[rest.index(after: open)..<close])
      let piece = profile.pieces.first { $0.name == name }
      guard let value = pieces[name] ?? piece?.defaultValue, !value.isEmpty else {
        throw GenerationProblem(
          "\(profile.title) needs \(piece?.about ?? "its \(name)")",
          fix: "name it with --\(name), or give --url in full")
      }
      try checkPiece(value, named: name)
      result += value
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private static func checkPiece(_ value: String, named name: String) throws(GenerationProblem) {
    let isHost = name == "host"
    for byte in value.utf8 where !isAllowed(byte, inHost: isHost) {
      // The value may be a secret that went astray, so it is not repeated.
      throw GenerationProblem(
        "--\(name) has a character that it cannot have: \"\(Character(Unicode.Scalar(byte)))\"",
        fix: isHost
          ? "write host:port alone; a whole address goes into --url" : "letters, digits and . _ - : are allowed")
    }
  }

  private static func isAllowed(_ byte: UInt8, inHost: Bool) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "._-:".utf8.contains(byte)
      || inHost && "[]".utf8.contains(byte)
  }

  private static func completed(
    _ url: String, profile: BackendProfile, pieces: [String: String]
  ) throws(GenerationProblem) -> String {
    guard case .success(let parts) = URLText.parse(url), ["http", "https"].contains(parts.scheme), !parts.host.isEmpty
    else {
      throw GenerationProblem("--url is no http or https address with a host", fix: "write --url https://host/path")
    }
    guard !parts.hasUserInfo else {
      throw GenerationProblem(
        "--url holds a user or a password", fix: "take them out; use --auth basic with --username and --password-file")
    }
    guard QueryParameter.maskingSecrets(inURL: url) == url else {
      throw GenerationProblem(
        "--url holds a secret in its query", fix: "take it out; use --auth bearer-file or basic with a file")
    }
    let rest = url.dropFirst(parts.scheme.utf8.count + "://".count + parts.host.utf8.count)
    guard rest.isEmpty || rest == "/" else { return url }
    let path = try filled(profile.path, pieces: pieces, of: profile)
    return parts.scheme + "://" + parts.host + path
  }

  private func check() throws(GenerationProblem) {
    if case .success(let parts) = URLText.parse(url), !parts.host.isEmpty { return }
    throw GenerationProblem("the parts of the address make no address", fix: "write --host as host:port, or give --url")
  }

  // MARK: - What there is to say about it

  private mutating func look(at profile: BackendProfile) {
    guard case .success(let parts) = URLText.parse(url) else { return }
    if parts.scheme == "http" && !Self.isThisMachine(parts.host) {
      findings.append(
        GenerationFinding.plainHTTP.warning(
          "\(url) is not encrypted",
          why: "Whoever is on the way reads the samples and the credentials, and may change them.",
          fix: "use https"))
    }
    let path = url.dropFirst(parts.scheme.utf8.count + "://".count + parts.host.utf8.count)
    if !Self.matches(String(path.prefix { $0 != "?" }), pattern: String(profile.path.prefix { $0 != "?" })) {
      findings.append(
        GenerationFinding.unusualPath.warning(
          "\(profile.title) takes writes at \(profile.path), not at \(path)",
          why: "A wrong path is answered 404, and every sample sent there is refused for good.",
          fix: "give --url without a path for the usual one, unless a proxy before it rewrites paths"))
    }
  }

  /// Whether `path` is what `pattern` may become; a piece is one element.
  private static func matches(_ path: String, pattern: String) -> Bool {
    let (parts, wanted) = (path.split(separator: "/"), pattern.split(separator: "/"))
    return parts.count == wanted.count && zip(parts, wanted).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
  }

  private static func isThisMachine(_ host: String) -> Bool {
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
    return name == "localhost" || name == "[::1]" || name.hasPrefix("127.")
  }
}
