import Foundation
import Synchronization

struct SiteRequest: Sendable {
  var method: String
  /// As it stands in the request line, with the query.
  var path: String
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]
}

enum SiteAnswer: Sendable {
  /// A well-formed answer; the connection stays.
  case page(status: Int = 200, type: String? = "text/plain; version=0.0.4; charset=utf-8", [UInt8])
  /// Exactly these bytes, then the connection is closed.
  case raw([UInt8])
  /// A well-formed answer with `chunk` `count` times as its body, made while it is sent.
  case repeated(status: Int = 200, chunk: [UInt8], count: Int, type: String = "text/plain; version=0.0.4")
  /// Nothing, for as long as the client likes.
  case silence

  static func text(_ text: String) -> SiteAnswer { .page(Array(text.utf8)) }
}

/// A socket that listens on a free port of 127.0.0.1.
struct ListeningSocket {
  let descriptor: Int32
  let port: Int

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 512) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else { throw EndToEndError("cannot listen: \(String(cString: strerror(errno)))") }
    self.descriptor = descriptor
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  func close() { _ = Glibc.close(descriptor) }
}

/// An HTTP server that answers what a test tells it to, right or wrong. Each connection has a thread of its own.
final class Site: Sendable {
  private struct State {
    var connections: Set<Int32> = []
    var isClosed = false
  }

  let port: Int
  private let descriptor: Int32
  private let respond: @Sendable (SiteRequest) -> SiteAnswer
  private let state = Mutex(State())

  init(respond: @escaping @Sendable (SiteRequest) -> SiteAnswer) throws {
    let socket = try ListeningSocket()
    (descriptor, port) = (socket.descriptor, socket.port)
    self.respond = respond
    Thread.detachNewThread { self.acceptConnections() }
  }

  /// `host:port`, as a scrape target is written.
  var address: String { "127.0.0.1:\(port)" }

  /// Takes no more connections and ends those there are.
  func close() {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.isClosed = true
      for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
      shutdown(descriptor, Int32(SHUT_RDWR))
    }
  }

  private func acceptConnections() {
    while true {
      let connection = accept(descriptor, nil, nil)
      if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
      if connection < 0 && (errno == EINTR || errno == ECONNABORTED) { continue }
      let isWelcome = state.withLock { state in
        if connection >= 0 && !state.isClosed { state.connections.insert(connection) }
        return !state.isClosed
      }
      guard connection >= 0 && isWelcome else {
        if connection >= 0 { _ = Glibc.close(connection) }
        break
      }
      Thread.detachNewThread { self.serve(connection) }
    }
    _ = Glibc.close(descriptor)
  }

  private func serve(_ connection: Int32) {
    var reader = SiteRequestReader(connection)
    while let request = reader.next() {
      guard answer(respond(request), on: connection) else { break }
    }
    if reader.isNotHTTP { _ = Self.send(Self.head(status: 400, type: nil, count: 0), on: connection) }
    state.withLock { state in
      state.connections.remove(connection)
      _ = Glibc.close(connection)
    }
  }

  /// - Returns: whether the connection goes on.
  private func answer(_ answer: SiteAnswer, on connection: Int32) -> Bool {
    switch answer {
    case .page(let status, let type, let body):
      let head = Self.head(status: status, type: type, count: body.count)
      return Self.send(head, on: connection) && Self.send(body, on: connection)
    case .raw(let bytes):
      _ = Self.send(bytes, on: connection)
      return false
    case .repeated(let status, let chunk, let count, let type):
      guard Self.send(Self.head(status: status, type: type, count: chunk.count * count), on: connection) else {
        return false
      }
      for _ in 0..<count where !Self.send(chunk, on: connection) { return false }
      return true
    case .silence:
      // Returns when the client, or the end of the test, closes the connection.
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
      return false
    }
  }

  private static func head(status: Int, type: String?, count: Int) -> [UInt8] {
    let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
    return Array("HTTP/1.1 \(status) As Told\r\n\(type)Content-Length: \(count)\r\n\r\n".utf8)
  }

  private static func send(_ bytes: [UInt8], on connection: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count {
        let count = Glibc.send(connection, buffer.baseAddress! + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
        if count <= 0 { return false }
        sent += count
      }
      return true
    }
  }
}

/// Reads the requests of one connection, one after the other.
private struct SiteRequestReader {
  private let connection: Int32
  private(set) var isNotHTTP = false
  private var waiting: [UInt8] = []
  private var piece = [UInt8](repeating: 0, count: 1 << 16)

  init(_ connection: Int32) { self.connection = connection }

  /// Nil when the connection ends or does not speak HTTP.
  mutating func next() -> SiteRequest? {
    let end = Array("\r\n\r\n".utf8)
    var headEnd: Int?
    while headEnd == nil {
      // A TLS greeting, say: it holds no end of a head to wait for.
      if let first = waiting.first, !(0x41...0x5a).contains(first) {
        isNotHTTP = true
        return nil
      }
      headEnd = waiting.firstRange(of: end)?.upperBound
      if headEnd == nil && (waiting.count > 1 << 16 || !readMore()) { return nil }
    }
    let head = String(decoding: waiting[..<headEnd!], as: UTF8.self)
    let lines = head.split(separator: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    waiting.removeFirst(headEnd!)
    let count = headers["content-length"].flatMap { Int($0) } ?? 0
    while waiting.count < count { if !readMore() { return nil } }
    let body = Array(waiting[..<count])
    waiting.removeFirst(count)
    return SiteRequest(method: String(words[0]), path: String(words[1]), headers: headers, body: body)
  }

  private mutating func readMore() -> Bool {
    let count = recv(connection, &piece, piece.count, 0)
    if count > 0 { waiting.append(contentsOf: piece[..<count]) }
    return count > 0
  }
}
