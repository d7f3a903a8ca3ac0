/// Why an HTTP exchange brought no response.
///
/// It says which kind of failure, what exactly happened, where, and what to do about it. `place` never holds more of
/// a URL than scheme, host and port, so neither user info nor a token in a query is ever printed. Two errors are
/// equal when their codes are.
public struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Stable words, fit for a metric label.
  public enum Code: String, Sendable, CaseIterable {
    /// The whole deadline passed: connecting, sending, waiting and reading together.
    case timedOut = "timed_out"
    /// Nobody listens at that port.
    case refused
    /// The host has no address.
    case dns
    /// No secure connection could be agreed on, or the certificate was not accepted.
    case tls
    /// The proxy did not let the request through, or cannot be used.
    case proxy
    /// The connection could not be made or ended before an answer came.
    case connection
    /// The body is longer than allowed, counted after decompression.
    case bodyTooLarge = "body_too_large"
    /// The connection ended before the body did.
    case cutShort = "cut_short"
    /// The body is compressed in a way that could not be undone.
    case encoding
    /// What came back is not HTTP.
    case notHTTP = "not_http"
    /// Too many redirects, or one that leads nowhere.
    case redirect
    /// A password, token, certificate or key could not be read, or was not given out by whom it was asked of.
    case credentials
    case invalidURL = "invalid_url"
    case invalidHeader = "invalid_header"
    case cancelled
    /// The transport was shut down.
    case shutDown = "shut_down"
  }

  public var code: Code
  /// `scheme://host:port`, the path of a file that could not be read, or the section of a setting.
  public var place: String
  public var message: String
  /// What to do now; empty when there is nothing to advise.
  public var remedy: String
  /// The connection ended before any of the answer came: perhaps it had been idle for longer than the server likes.
  var isLostBeforeAnswer = false

  public init(_ code: Code, at place: String, _ message: String, remedy: String = "") {
    self.code = code
    self.place = place
    self.message = message
    self.remedy = remedy
  }

  public static func == (left: TransportError, right: TransportError) -> Bool { left.code == right.code }

  public var description: String {
    "\(place): \(message)" + (remedy.isEmpty ? "" : ". \(remedy)")
  }
}
