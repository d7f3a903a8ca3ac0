import HTTPAnswers
import NIOHTTP1

/// The head of a request as it goes over the wire, but for the length of its body.
struct RequestHead: Sendable {
  /// The server does nothing twice when it is asked twice.
  let isSafe: Bool
  let isHEAD: Bool
  /// Up to and with the end of the last line that is always the same.
  private var bytes: [UInt8] = []
  /// A request without a body says nothing of its length where the method means none.
  private let meansNoBody: Bool

  /// The request line, `Host` as it must be, and the other headers in their order.
  ///
  /// - Throws: `invalidHeader` where a line could be taken for several, or for no header.
  init(_ exchange: borrowing Exchange, to address: RequestAddress) throws(TransportError) {
    isSafe = exchange.isSafe
    isHEAD = exchange.method == .HEAD
    meansNoBody = [.GET, .HEAD, .DELETE, .CONNECT, .TRACE].contains(exchange.method)
    let method = exchange.method.rawValue
    guard !method.isEmpty, method.utf8.allSatisfy(HeadLines.isToken) else {
      throw Self.invalid("the method is no token", at: address)
    }
    bytes += "\(method) \(address.target) HTTP/1.1\r\n".utf8
    if !exchange.headers.contains(name: "Host"), !exchange.ownHeaders.contains(name: "Host") {
      try add("Host", address.hostHeader, at: address)
    }
    for headers in [exchange.headers, exchange.ownHeaders] {
      for (name, value) in headers where !Self.isOurs(name) { try add(name, value, at: address) }
    }
  }

  /// All that goes before the body.
  func encoded(bodyByteCount: Int) -> [UInt8] {
    bytes + (bodyByteCount == 0 && meansNoBody ? "\r\n" : "Content-Length: \(bodyByteCount)\r\n\r\n").utf8
  }

  private static func isOurs(_ name: String) -> Bool {
    equalIgnoringCase(name, "Content-Length") || equalIgnoringCase(name, "Transfer-Encoding")
  }

  private mutating func add(_ name: String, _ value: String, at address: RequestAddress) throws(TransportError) {
    guard !name.isEmpty, name.utf8.allSatisfy(HeadLines.isToken) else {
      throw Self.invalid("its name is no token", at: address)
    }
    guard value.utf8.allSatisfy(HeadLines.isText) else {
      throw Self.invalid("the value of \(name) has a control character", at: address)
    }
    bytes += "\(name): \(value)\r\n".utf8
  }

  private static func invalid(_ reason: String, at address: RequestAddress) -> TransportError {
    TransportError(.invalidHeader, at: address.place, "a header cannot be sent: \(reason)")
  }
}
