import Settings

/// A request that is made again and again: what stays the same from one time to the next is made once.
///
///     let form = transport.form(of: HTTPRequest(url: "http://a:9100/metrics"), settings: scrape.http)
///     let page = try await transport.fetch(form, timeout: scrape.timeout, bodyBytesMax: 64 << 20, bodyOverflow: .fail)
///
/// A value that its caller keeps, so it goes when the caller does. It belongs to the transport that made it.
public struct RequestForm: Sendable {
  let request: HTTPRequest
  let settings: HTTPClientSettings
  /// nil where something has to be found out anew each time.
  let standing: StandingRequest?
}

/// A request that goes the direct way with a head that nothing changes but the length of its body.
struct StandingRequest: Sendable {
  let server: DirectServer
  /// `scheme://host:port`, for errors.
  let place: String
  let followsRedirects: Bool
  private let head: RequestHead

  /// nil where a secret is read from a file or asked for, where a proxy or the library is on the way, or where the
  /// request cannot be made at all: what is thrown then is thrown each time.
  init?(_ request: HTTPRequest, settings: HTTPClientSettings, environment: ProxyEnvironment) {
    guard !settings.resolvesRoundRobin, settings.headers.allSatisfy({ $0.value.isInline }) else { return nil }
    do throws(TransportError) {
      let address = try RequestAddress(request.url)
      let route = try ProxyRoute(to: address, settings: settings.proxy, environment: environment)
      guard case .direct = route, address.scheme == "http", settings.credentials.isInline,
        let proof = try Proof(saidBy: settings.credentials, at: address)
      else { return nil }
      var exchange = try Exchange(request, settings: settings)
      // Such a proof says nothing about the time.
      proof.put(on: &exchange, to: address, now: 0)
      head = try RequestHead(exchange, to: address)
      server = DirectServer(host: address.host, port: address.port)
      place = address.place
      followsRedirects = settings.followRedirects
    } catch {
      return nil
    }
  }

  /// The server does nothing twice when it is asked twice.
  var isSafe: Bool { head.isSafe }

  func directRequest(body: [UInt8]?, within bounds: ExchangeBounds) -> DirectRequest {
    DirectRequest(head, body: body, at: place, within: bounds, skipsRedirects: followsRedirects)
  }
}

extension Secret {
  fileprivate var isInline: Bool {
    if case .inline = self { true } else { false }
  }
}

extension HTTPClientSettings.Credentials {
  /// Nothing of it is read anew for each request.
  fileprivate var isInline: Bool {
    switch self {
    case .none: true
    case .basic(let username, let password): (username?.isInline ?? true) && (password?.isInline ?? true)
    case .authorization(_, let credentials): credentials?.isInline ?? true
    case .oauth2, .sigV4: false
    }
  }
}
