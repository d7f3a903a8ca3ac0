import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import Settings
import Synchronization

/// Sends HTTP requests with the credentials, trust and limits that the configuration names.
///
///     let transport = HTTPTransport()
///     let page = try await transport.fetch(
///       HTTPRequest(url: "http://a:9100/metrics"), settings: scrape.http, timeout: scrape.timeout,
///       bodyBytesMax: 64 << 20, bodyOverflow: .fail)
///     transport.shutdown()
///
/// Connections are kept and used again: per host, and for each distinct combination of TLS settings, proxy, HTTP version
/// and body bound. Whatever has not been used for ten minutes is closed with the next request of another kind. One
/// transport serves the whole process and may be used from any number of tasks.
///
/// It is not a retry policy: a failure is reported at once. The one exception is a request without a body whose kept
/// connection turns out to have been closed by the server in the meantime; it is sent once more.
public final class HTTPTransport: Sendable {
  /// As many as the reference follows.
  public static let redirectsMax = 10
  /// How long an unused client and its connections are kept.
  static let idleMax = Duration.seconds(600)

  private struct Clients {
    var shelf = IdleShelf<ClientKey, HTTPClient>(idleMax: HTTPTransport.idleMax)
    var isShutDown = false
  }

  private let clients = Mutex(Clients())
  private let direct = DirectClient()
  private let materials = TLSMaterialCache()
  private let environment: ProxyEnvironment
  private let authorizer: Authorizer

  public convenience init() { self.init(.process) }

  init(_ surroundings: Surroundings) {
    environment = ProxyEnvironment(surroundings.variable)
    authorizer = Authorizer(surroundings)
  }

  deinit {
    direct.shutdown()
    for client in clients.withLock({ $0.shelf.removeAll() }) { Self.close(client) }
  }

  /// Closes all connections; what is under way fails. Later requests fail with `shutDown`.
  ///
  /// It does not wait until the last connection is gone: one that hangs in its TLS handshake would hold up the end of
  /// the process for ``ClientKey/connectTimeout``.
  public func shutdown() {
    direct.shutdown()
    let open = clients.withLock { clients in
      clients.isShutDown = true
      return clients.shelf.removeAll()
    }
    for client in open { Self.close(client) }
  }

  /// How many clients of the library are kept at the moment, for telemetry and tests.
  public var clientCount: Int { clients.withLock { $0.shelf.count } }

  /// One exchange: from connecting to the last byte of the body, redirects included, within `timeout`.
  ///
  /// - Parameters:
  ///   - timeout: a single deadline for all of it.
  ///   - bodyBytesMax: the most that the body may have, in bytes after decompression.
  ///   - bodyOverflow: what happens beyond `bodyBytesMax`.
  /// - Returns: the response, whatever its status. With redirects off, also a 3xx.
  /// - Throws: ``TransportError``, which never holds a secret.
  public func fetch(
    _ request: HTTPRequest, settings: HTTPClientSettings, timeout: Duration, bodyBytesMax: Int,
    bodyOverflow: BodyOverflow
  ) async throws(TransportError) -> HTTPResponse {
    try await fetch(
      form(of: request, settings: settings), body: request.body, timeout: timeout, bodyBytesMax: bodyBytesMax,
      bodyOverflow: bodyOverflow)
  }

  /// What a request that is made again and again is made from.
  ///
  /// - Parameter request: its body is left out; each time has its own.
  public func form(of request: HTTPRequest, settings: HTTPClientSettings) -> RequestForm {
    RequestForm(
      request: request, settings: settings,
      standing: StandingRequest(request, settings: settings, environment: environment))
  }

  /// One exchange, as above, with a request of which most is ready.
  ///
  /// - Parameter body: sent as it is, in one piece, and never copied on the way to the socket; nil for none.
  public func fetch(
    _ form: RequestForm, body: [UInt8]? = nil, timeout: Duration, bodyBytesMax: Int, bodyOverflow: BodyOverflow
  ) async throws(TransportError) -> HTTPResponse {
    let bounds = ExchangeBounds(timeout: timeout, bodyBytesMax: bodyBytesMax, overflow: bodyOverflow)
    var first: HTTPResponse?
    if let standing = form.standing {
      let response = try await send(standing, body: body, within: bounds)
      guard standing.followsRedirects, Redirect.isFollowed(status: response.status) else { return response }
      first = response
    }
    var request = form.request
    request.body = body
    return try await fetch(request, settings: form.settings, within: bounds, first: first)
  }

  /// - Parameter first: the answer to the request where it has been made.
  private func fetch(
    _ request: HTTPRequest, settings: HTTPClientSettings, within bounds: ExchangeBounds, first: HTTPResponse?
  ) async throws(TransportError) -> HTTPResponse {
    var address = try RequestAddress(request.url)
    var exchange = try Exchange(request, settings: settings)
    let userAgent = exchange.headers.first(name: "User-Agent")
    let deadline = bounds.libraryDeadline
    var proof = try await authorizer.proof(
      for: settings.credentials, at: address, userAgent: userAgent, deadline: deadline, over: wire)
    proof.put(on: &exchange, to: address, now: authorizer.now)
    var isProvenAnew = false
    var redirects = 0
    var first = first
    while true {
      let response: HTTPResponse
      if let known = first.take() {
        response = known
      } else {
        response = try await send(exchange, to: address, settings: settings, within: bounds)
      }
      if response.status == 401, !isProvenAnew, exchange.headers.contains(name: "Authorization"),
        let next = try await authorizer.replacement(for: proof, userAgent: userAgent, deadline: deadline, over: wire)
      {
        isProvenAnew = true
        proof = next
        proof.put(on: &exchange, to: address, now: authorizer.now)
        continue
      }
      guard settings.followRedirects, Redirect.isFollowed(status: response.status),
        let location = response.header("Location")
      else { return response }
      redirects += 1
      guard redirects <= Self.redirectsMax else {
        throw TransportError(
          .redirect, at: address.place, "more than \(Self.redirectsMax) redirects",
          remedy: "Ask the final address directly.")
      }
      let next = try address.resolving(location)
      Redirect.adapt(&exchange, status: response.status, from: address, to: next)
      proof.follow(&exchange, to: next, now: authorizer.now)
      address = next
    }
  }

  /// How the authorizer reaches whoever gives out tokens and credentials: as any other server, in an exchange of its
  /// own.
  private var wire: Wire {
    { [self] (request, settings, timeout, bodyBytesMax) async throws(TransportError) in
      try await fetch(
        request, settings: settings, timeout: timeout, bodyBytesMax: bodyBytesMax, bodyOverflow: .fail)
    }
  }

  /// One request and its answer, once more when a kept connection had gone stale.
  private func send(
    _ standing: StandingRequest, body: [UInt8]?, within bounds: ExchangeBounds
  ) async throws(TransportError) -> HTTPResponse {
    let request = standing.directRequest(body: body, within: bounds)
    do {
      return try await direct.send(request, to: standing.server)
    } catch {
      guard error.isLostBeforeAnswer && body == nil && standing.isSafe else { throw error }
      return try await direct.send(request, to: standing.server)
    }
  }

  private func send(
    _ exchange: Exchange, to address: RequestAddress, settings: HTTPClientSettings, within bounds: ExchangeBounds
  ) async throws(TransportError) -> HTTPResponse {
    do {
      return try await attempt(exchange, to: address, settings: settings, within: bounds)
    } catch {
      guard error.isLostBeforeAnswer && exchange.body == nil && exchange.isSafe else { throw error }
      return try await attempt(exchange, to: address, settings: settings, within: bounds)
    }
  }

  private func attempt(
    _ exchange: Exchange, to address: RequestAddress, settings: HTTPClientSettings, within bounds: ExchangeBounds
  ) async throws(TransportError) -> HTTPResponse {
    let route = try ProxyRoute(to: address, settings: settings.proxy, environment: environment)
    if case .direct = route, address.scheme == "http", !settings.resolvesRoundRobin {
      let request = DirectRequest(
        try RequestHead(exchange, to: address), body: exchange.body, at: address.place, within: bounds,
        skipsRedirects: settings.followRedirects)
      return try await direct.send(request, to: DirectServer(host: address.host, port: address.port))
    }
    return try await attemptByLibrary(exchange, to: address, settings: settings, route: route, within: bounds)
  }

  private func attemptByLibrary(
    _ exchange: Exchange, to address: RequestAddress, settings: HTTPClientSettings, route: ProxyRoute,
    within bounds: ExchangeBounds
  ) async throws(TransportError) -> HTTPResponse {
    let key = try clientKey(settings: settings, address: address, route: route, within: bounds)
    let client = try borrow(key, for: address)
    defer { clients.withLock { $0.shelf.giveBack(key, at: .now) } }

    let collector = BodyCollector(
      bounds.collection(at: address.place, skipsRedirects: settings.followRedirects), place: address.place)
    do {
      let task = client.execute(
        request: try exchange.clientRequest(to: address, key: key), delegate: collector,
        deadline: bounds.libraryDeadline)
      let response = try await withTaskCancellationHandler {
        try await task.get()
      } onCancel: {
        task.cancel()
      }
      return try Self.serverAnswer(response, by: key.route, from: address)
    } catch {
      if error is BodyCollector.EnoughRead, let response = collector.takePartialResponse() { return response }
      let translated = ErrorTranslation(
        place: address.place, proxy: key.route.server?.place, timeout: bounds.timeout,
        bodyBytesMax: key.decodedBytesMax, received: collector.shortfall)(error)
      if let response = collector.takePartialResponse(despite: translated) { return response }
      throw translated
    }
  }

  private func borrow(_ key: ClientKey, for address: RequestAddress) throws(TransportError) -> HTTPClient {
    let (client, idle) = try clients.withLock { clients throws(TransportError) in
      // Asked under the lock, so that no client can be made after the last one was closed.
      guard !clients.isShutDown else {
        throw TransportError(.shutDown, at: address.place, "the transport was shut down")
      }
      let now = ContinuousClock.now
      let client = try clients.shelf.lend(key, at: now) { () throws(TransportError) in try key.makeClient() }
      return (client, clients.shelf.sweep(at: now))
    }
    for client in idle { Self.close(client) }
    return client
  }

  private func clientKey(
    settings: HTTPClientSettings, address: RequestAddress, route: ProxyRoute, within bounds: ExchangeBounds
  ) throws(TransportError) -> ClientKey {
    // Plain http has nothing to verify, so its clients are shared whatever tls_config says.
    let isSecure = address.scheme == "https"
    return ClientKey(
      isSecure: isSecure, tls: isSecure ? settings.tls : TLSSettings(),
      material: isSecure ? try materials.material(for: settings.tls) : TLSMaterial(),
      enableHTTP2: settings.enableHTTP2,
      identity: try ServerIdentity(of: address, tls: settings.tls), route: route,
      resolvesRoundRobin: settings.resolvesRoundRobin, decodedBytesMax: bounds.decodedBytesMax)
  }

  /// A proxy that forwards requests answers in the server's place. That it wants a password is not what the server has
  /// to say: an endpoint's answer of 4xx would settle samples that it has never seen.
  private static func serverAnswer(
    _ response: HTTPResponse, by route: ProxyRoute, from address: RequestAddress
  ) throws(TransportError) -> HTTPResponse {
    guard case .forward(let proxy) = route, response.status == 407 else { return response }
    throw .proxyAuthenticationRequired(at: address.place, proxy: proxy.place)
  }

  private static func close(_ client: HTTPClient) {
    // The closure keeps the client until it is closed, which it demands before it is let go.
    client.shutdown().whenComplete { _ in withExtendedLifetime(client) {} }
  }
}
