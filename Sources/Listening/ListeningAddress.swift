/// Where a listener can be reached.
public struct ListeningAddress: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `host:port`, `[::1]:9090`, or `:9090` for every interface.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("[") && host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      // Without brackets it is not said where the address ends and the port begins.
      return nil
    }
    self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Why nothing listens.
public struct ListeningError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The listener was started and not stopped.
    case alreadyListening
    /// An address cannot be had.
    case cannotListen
    /// The web configuration cannot be used.
    case badConfiguration
  }

  public var code: Code
  /// For people, with the address or the file.
  public var description: String

  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
