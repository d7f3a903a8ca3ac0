/// Which servers are asked directly although there is a proxy: `no_proxy`, or `NO_PROXY` of the environment.
///
/// A list of entries with commas between: `*`, an address, a network such as `10.0.0.0/8`, or a domain. A domain
/// stands for itself and all below it, with a dot in front (or `*.`) only for those below. Addresses and domains may
/// carry a port. This machine itself is never asked through a proxy.
struct NoProxyList: Sendable {
  private enum Entry {
    case address(IPBytes, port: String)
    case network(IPBytes, bitCount: Int)
    /// `suffix` begins with a dot and is in lower case.
    case domain(suffix: String, includesItself: Bool, port: String)
  }

  private var entries: [Entry] = []
  private var isEverything = false

  /// - Complexity: O(length of the text).
  init(_ text: String) {
    for piece in text.split(separator: ",") {
      let word = Self.trimmed(piece).lowercased()
      if word == "*" {
        isEverything = true
        return
      }
      if let entry = Self.entry(word) { entries.append(entry) }
    }
  }

  /// - Parameter host: without brackets.
  /// - Complexity: O(number of entries).
  func exempts(host: String, port: Int) -> Bool {
    let host = Self.trimmed(host[...]).lowercased()
    let address = IPBytes(host)
    if isEverything || host == "localhost" || address?.isLoopback == true { return true }
    return entries.contains { entry in
      switch entry {
      case .address(let other, let wanted): address == other && Self.matches(wanted, port)
      case .network(let network, let bitCount): address?.shares(bitCount, bitsWith: network) ?? false
      case .domain(let suffix, let includesItself, let wanted):
        (host.hasSuffix(suffix) || includesItself && host == suffix.dropFirst()) && Self.matches(wanted, port)
      }
    }
  }

  private static func matches(_ wanted: String, _ port: Int) -> Bool { wanted.isEmpty || wanted == String(port) }

  private static func trimmed(_ text: Substring) -> String { String(text).trimmingSpaces }

  private static func entry(_ word: String) -> Entry? {
    if let network = network(word) { return network }
    var (host, port) = parts(word)
    guard !host.isEmpty else { return nil }
    if let address = IPBytes(host) { return .address(address, port: port) }
    if host.hasPrefix("*.") { host.removeFirst() }
    let includesItself = !host.hasPrefix(".")
    return .domain(suffix: includesItself ? "." + host : host, includesItself: includesItself, port: port)
  }

  private static func network(_ word: String) -> Entry? {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPBytes(String(parts[0])), let bitCount = Int(parts[1]),
      (0...address.bytes.count * 8).contains(bitCount)
    else { return nil }
    return .network(address, bitCount: bitCount)
  }

  /// Host and port; an address of version 6 needs brackets to have a port.
  private static func parts(_ word: String) -> (host: String, port: String) {
    if word.hasPrefix("["), let end = word.lastIndex(of: "]") {
      let rest = word[end...].dropFirst()
      return (String(word[..<end].dropFirst()), String(rest.hasPrefix(":") ? rest.dropFirst() : ""))
    }
    guard let colon = word.lastIndex(of: ":"), word.firstIndex(of: ":") == colon else { return (word, "") }
    return (String(word[..<colon]), String(word[colon...].dropFirst()))
  }
}

extension String {
  /// Without spaces and tabs at either end.
  fileprivate var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(String(drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
  }
}
