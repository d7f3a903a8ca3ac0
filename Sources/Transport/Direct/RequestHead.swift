import HTTPAnswers
import NIOCore
import NIOHTTP1

/// The head of a request as it goes over the wire.
enum RequestHead {
  /// The request line, `Host` and `Content-Length` as they must be, and the other headers in their order.
  ///
  /// - Throws: `invalidHeader` where a line could be taken for several, or for no header.
  static func encoded(
    _ exchange: borrowing Exchange, to address: RequestAddress
  ) throws(TransportError) -> ByteBuffer {
    let method = exchange.method.rawValue
    guard !method.isEmpty, method.utf8.allSatisfy(HeadLines.isToken) else {
      throw invalid("the method is no token", at: address)
    }
    // Enough for most, and one allocation.
    var head = ByteBufferAllocator().buffer(capacity: 1_024)
    head.writeString(method)
    head.writeStaticString(" ")
    head.writeString(address.target)
    head.writeStaticString(" HTTP/1.1\r\n")
    if !exchange.headers.contains(name: "Host"), !exchange.ownHeaders.contains(name: "Host") {
      try write("Host", address.hostHeader, to: &head, at: address)
    }
    for headers in [exchange.headers, exchange.ownHeaders] {
      for (name, value) in headers where !isOurs(name) { try write(name, value, to: &head, at: address) }
    }
    if let byteCount = contentLength(exchange) { try write("Content-Length", "\(byteCount)", to: &head, at: address) }
    head.writeStaticString("\r\n")
    return head
  }

  /// nil for what has no body and means none.
  private static func contentLength(_ exchange: borrowing Exchange) -> Int? {
    let byteCount = exchange.body?.readableBytes ?? 0
    let meansNone = [.GET, .HEAD, .DELETE, .CONNECT, .TRACE].contains(exchange.method)
    return byteCount == 0 && meansNone ? nil : byteCount
  }

  private static func isOurs(_ name: String) -> Bool {
    equalIgnoringCase(name, "Content-Length") || equalIgnoringCase(name, "Transfer-Encoding")
  }

  private static func write(
    _ name: String, _ value: String, to head: inout ByteBuffer, at address: RequestAddress
  ) throws(TransportError) {
    guard !name.isEmpty, name.utf8.allSatisfy(HeadLines.isToken) else {
      throw invalid("its name is no token", at: address)
    }
    guard value.utf8.allSatisfy(HeadLines.isText) else {
      throw invalid("the value of \(name) has a control character", at: address)
    }
    head.writeString(name)
    head.writeStaticString(": ")
    head.writeString(value)
    head.writeStaticString("\r\n")
  }

  private static func invalid(_ reason: String, at address: RequestAddress) -> TransportError {
    TransportError(.invalidHeader, at: address.place, "a header cannot be sent: \(reason)")
  }
}
