import AsyncHTTPClient
import EventLoops
import Glibc
import HTTPAnswers
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// From what the libraries throw to what a person can act on.
struct ErrorTranslation {
  /// `scheme://host:port`.
  var place: String
  /// `scheme://host:port` of the proxy on the way; nil where there is none.
  var proxy: String?
  var timeout: Duration
  var bodyBytesMax: Int
  /// What had been received when it failed, if at least the head had.
  var received: (announced: Int?, receivedBytes: Int)?

  func callAsFunction(_ error: any Error) -> TransportError {
    switch error {
    case let error as TransportError: error
    case let error as HTTPClientError: translated(error)
    case let error as NIOConnectionError: translated(error)
    case let error as IOError: translated(errno: error.errnoCode)
    case let error as HTTPParserError: translated(error)
    case let error as AnswerParser.Fault: notHTTP(error.reason)
    case let error as DirectEnd: translated(error)
    case let error as DialError: translated(error)
    case let error as SystemError: translated(errno: error.code)
    case let error as Inflation.Fault: translated(error)
    case let error as NIOHTTPDecompression.DecompressionError:
      error == .limit
        ? translated(Inflation.Fault.tooLarge) : translated(Inflation.Fault.damaged)
    case is NIOHTTPDecompression.ExtraDecompressionError: translated(Inflation.Fault.misplacedEnd)
    case let error as NIOSSLError: translated(error)
    case let error as NIOSSLExtraError: tls(error.description)
    case let error as BoringSSLError: tls(String(describing: error))
    case ChannelError.connectTimeout: timedOut("no connection")
    case is ChannelError: lost()
    case let error as IdentityCheck.Mismatch:
      make(
        .tls, "no secure connection: the certificate does not name \(error.expected)",
        "Ask for the server by a name in its certificate, or say in server_name whose it is.")
    case is CancellationError: make(.cancelled, "the request was cancelled")
    // What else is thrown with a proxy on the way comes from the talk with it, in SOCKS.
    default: make(proxy == nil ? .connection : .proxy, String(describing: type(of: error)))
    }
  }

  private func make(_ code: TransportError.Code, _ message: String, _ remedy: String = "") -> TransportError {
    TransportError(code, at: place, message + (proxy.map { " (by the proxy \($0))" } ?? ""), remedy: remedy)
  }

  private func timedOut(_ what: String) -> TransportError {
    make(
      .timedOut, "\(what) within \(timeout)",
      "Check that nothing between here and there drops packets, or raise the timeout.")
  }

  private func deadlinePassed() -> TransportError {
    timedOut(received.map { "the body did not end (\($0.receivedBytes) bytes came)" } ?? "no answer")
  }

  private func tls(_ detail: String) -> TransportError {
    // What the library says when the first bytes of the answer are no TLS record at all.
    if detail.contains("WRONG_VERSION_NUMBER") || detail.contains("HTTP_REQUEST") {
      return make(
        .tls, "no secure connection: the port does not speak TLS", "Check scheme and port; https needs a TLS port.")
    }
    return make(
      .tls, "no secure connection: \(detail.prefix(300))",
      "Check ca_file, server_name and the versions allowed in tls_config, and that the port speaks TLS.")
  }

  /// The connection ended: in the middle of the body, or before any answer.
  private func lost() -> TransportError {
    guard let received else {
      var error = make(.connection, "the connection was closed before an answer came")
      error.isLostBeforeAnswer = true
      return error
    }
    let size = received.announced.map { "announced \($0) bytes, got \(received.receivedBytes)" }
    return make(
      .cutShort, "the connection ended within the body: " + (size ?? "got \(received.receivedBytes) bytes"),
      "The server or a proxy in between gave up; its log should say why.")
  }

  private func translated(_ error: HTTPClientError) -> TransportError {
    switch error {
    case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
      .getConnectionFromPoolTimeout:
      return deadlinePassed()
    case .proxyAuthenticationRequired: return .proxyAuthenticationRequired(at: place, proxy: proxy ?? "")
    case .invalidProxyResponse:
      return make(
        .proxy, "the proxy refused to connect to the server",
        "The proxy's log should say why; many allow CONNECT to port 443 alone.")
    case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: return timedOut("no answer of the proxy")
    case .cancelled, .requestStreamCancelled: return make(.cancelled, "the request was cancelled")
    case .alreadyShutdown: return make(.shutDown, "the transport was shut down")
    case .remoteConnectionClosed, .uncleanShutdown: return lost()
    case .invalidURL, .emptyHost, .emptyScheme: return make(.invalidURL, "the URL cannot be used")
    default:
      // Only the bounded description: the long one may quote header values.
      let text = error.shortDescription
      if text.lowercased().contains("header") {
        return make(.invalidHeader, "a header cannot be sent: \(text)")
      }
      return make(.connection, text)
    }
  }

  private func translated(_ error: NIOConnectionError) -> TransportError {
    let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
    if codes.contains(ECONNREFUSED) { return translated(errno: ECONNREFUSED) }
    if let code = codes.first { return translated(errno: code) }
    if !error.connectionErrors.isEmpty { return timedOut("no connection") }
    return noAddress()
  }

  private func noAddress() -> TransportError {
    make(.dns, "the host name has no address", "Check the spelling and that this machine's resolver knows it.")
  }

  private func translated(_ error: DialError) -> TransportError {
    switch error {
    case .unknownName: noAddress()
    case .timedOut: timedOut("no connection")
    case .system(let code): translated(errno: code)
    }
  }

  private func translated(_ fault: Inflation.Fault) -> TransportError {
    switch fault {
    case .damaged: make(.encoding, "the compressed body is damaged")
    case .misplacedEnd: make(.encoding, "the compressed body is cut short or followed by something else")
    case .tooLarge: .bodyTooLarge(limit: bodyBytesMax, announced: nil, at: place)
    }
  }

  private func translated(errno code: CInt) -> TransportError {
    let text = String(cString: strerror(code))
    switch code {
    case ECONNREFUSED:
      return make(.refused, "nobody listens there", "Check the port, and that the server runs.")
    case ECONNRESET, EPIPE: return lost()
    case ETIMEDOUT: return timedOut("no connection")
    default: return make(.connection, text)
    }
  }

  private func translated(_ error: HTTPParserError) -> TransportError {
    if error == .invalidEOFState { return lost() }
    return notHTTP(String(describing: error))
  }

  private func notHTTP(_ reason: String) -> TransportError {
    make(
      .notHTTP, "the answer is not HTTP: \(reason.prefix(120))",
      "Check scheme and port; a TLS port answers like this to plain http.")
  }

  private func translated(_ end: DirectEnd) -> TransportError {
    switch end {
    case .deadline: deadlinePassed()
    case .cancelled: make(.cancelled, "the request was cancelled")
    case .shutDown: make(.shutDown, "the transport was shut down")
    case .closed: lost()
    }
  }

  private func translated(_ error: NIOSSLError) -> TransportError {
    switch error {
    case .uncleanShutdown: lost()
    default: tls(String(describing: error))
    }
  }
}

extension TransportError {
  static func proxyAuthenticationRequired(at place: String, proxy: String) -> TransportError {
    TransportError(
      .proxy, at: place, "the proxy \(proxy) wants to know who asks",
      remedy: "Put user and password into proxy_url: http://user:password@host:port.")
  }
}
