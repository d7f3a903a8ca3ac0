import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One request on its way, with everything that stays the same from redirect to redirect.
struct Exchange: Sendable {
  var method: HTTPMethod
  var headers: HTTPHeaders
  var body: ByteBuffer?
  var deadline: NIODeadline
  /// What ``deadline`` was made from, for errors.
  var timeout: Duration
  var bodyBytesMax: Int
  var overflow: BodyOverflow

  /// The server does nothing twice when it is asked twice.
  var isSafe: Bool { method == .GET || method == .HEAD }

  func clientRequest(to address: RequestAddress, alias: ClientKey.Alias?) throws -> HTTPClient.Request {
    var headers = headers
    var url = address.text
    if let alias {
      // The client takes SNI and the name to verify from the URL; the server must still see the real host.
      url = address.text(host: alias.name)
      headers.replaceOrAdd(name: "Host", value: address.hostHeader)
    }
    return try HTTPClient.Request(
      url: url, method: method, headers: headers, body: body.map { HTTPClient.Body.byteBuffer($0) })
  }
}

/// What a redirect does to a request (RFC 9110 section 15.4, and what browsers and Go make of it).
enum Redirect {
  /// Never sent to another server than the one they were meant for.
  static let originBound = ["Authorization", "Cookie", "Proxy-Authorization", "Origin", "Host"]

  static func isFollowed(status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

  static func adapt(_ exchange: inout Exchange, status: Int, from source: RequestAddress, to target: RequestAddress) {
    let becomesGET = status <= 303 && !exchange.isSafe
    if becomesGET {
      exchange.method = .GET
      exchange.body = nil
      for name in ["Content-Length", "Content-Type", "Content-Encoding"] { exchange.headers.remove(name: name) }
    }
    if !source.sharesSecrets(with: target) {
      for name in originBound { exchange.headers.remove(name: name) }
    }
  }
}
