import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Settings

/// One request on its way, with everything that stays the same from redirect to redirect.
struct Exchange: Sendable {
  var method: HTTPMethod
  var headers: HTTPHeaders
  /// Lines that the configuration adds for this server; no other is ever sent one.
  var ownHeaders: HTTPHeaders
  var body: [UInt8]?

  /// Reads what the configuration adds from its files anew each time, as ``SecretText`` does.
  init(_ request: HTTPRequest, settings: HTTPClientSettings) throws(TransportError) {
    method = HTTPMethod(rawValue: request.method)
    headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
    if !headers.contains(name: "Accept-Encoding") { headers.add(name: "Accept-Encoding", value: "identity") }
    ownHeaders = HTTPHeaders()
    for header in settings.headers {
      ownHeaders.add(
        name: header.name, value: try SecretText.line(of: header.value, purpose: "the header \(header.name)"))
    }
    body = request.body
  }

  /// The server does nothing twice when it is asked twice.
  var isSafe: Bool { method == .GET || method == .HEAD }

  func clientRequest(to address: RequestAddress, key: ClientKey) throws -> HTTPClient.Request {
    var headers = headers
    headers.add(contentsOf: ownHeaders)
    var url = address.text
    if let name = key.identity.alias?.name {
      // The client takes SNI and the name to verify from the URL; the server must still see the real host.
      url = address.text(host: name)
      headers.replaceOrAdd(name: "Host", value: address.hostHeader)
    } else if case .forward(let proxy) = key.route {
      url = proxy.place + address.target
      headers.replaceOrAdd(name: "Host", value: address.hostHeader)
      if let credentials = proxy.credentials {
        let text = try SecretText.line(of: credentials, purpose: "the proxy's password")
        headers.replaceOrAdd(name: "Proxy-Authorization", value: "Basic " + CredentialHeader.base64(text))
      }
    }
    return try HTTPClient.Request(
      url: url, method: method, headers: headers, body: body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
  }
}

/// What a redirect does to a request (RFC 9110 section 15.4, and what browsers and Go make of it).
enum Redirect {
  /// What describes a request and not who makes it, in lower case. Another server gets this and nothing else: any other
  /// header may be a key, and only the configuration knows whose.
  static let portable: Set<String> = [
    "accept", "accept-encoding", "content-encoding", "content-type", "user-agent",
    "x-prometheus-remote-write-version", "x-prometheus-scrape-timeout-seconds",
  ]

  static func isFollowed(status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

  static func adapt(_ exchange: inout Exchange, status: Int, from source: RequestAddress, to target: RequestAddress) {
    let becomesGET = status <= 303 && !exchange.isSafe
    if becomesGET {
      exchange.method = .GET
      exchange.body = nil
      for name in ["Content-Length", "Content-Type", "Content-Encoding"] { exchange.headers.remove(name: name) }
    }
    if !source.sharesSecrets(with: target) {
      exchange.headers = HTTPHeaders(exchange.headers.filter { portable.contains($0.name.lowercased()) })
      exchange.ownHeaders = HTTPHeaders()
    }
  }
}
