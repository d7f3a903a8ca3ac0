import Settings

/// Sends one request to whoever gives out credentials: the request, how to reach them, the timeout, and the most bytes
/// that the answer may have.
typealias Wire =
  @Sendable (HTTPRequest, HTTPClientSettings, Duration, Int) async throws(TransportError) -> HTTPResponse

extension TransportError {
  /// The same error as it looks to whoever wanted something else than this exchange.
  ///
  /// - Parameter what: what was to be fetched: "the oauth2 token".
  func whileFetching(_ what: String) -> TransportError {
    var error = self
    // It is about this exchange's connection: the one that waits for its outcome has not been sent yet.
    error.isLostBeforeAnswer = false
    error.message = "\(what) could not be fetched: \(message)"
    if code == .bodyTooLarge { error.remedy = "Check that the address is the right one." }
    return error
  }
}
