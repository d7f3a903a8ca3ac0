import Foundation
import Synchronization

/// A DNS server on a free port of the loopback interface, over UDP and TCP, that answers what a closure says.
final class LoopbackNameServer: Sendable {
  /// The name that was asked for, without its final dot, and the type; nil leaves the question without an answer.
  typealias Answer = @Sendable (_ name: String, _ type: UInt16, _ overTCP: Bool) -> DNSMessage?

  struct Failed: Error {}

  let port: UInt16
  private let datagrams: Int32
  private let listener: Int32
  private let counted = Mutex((udp: 0, tcp: 0))

  var questions: (udp: Int, tcp: Int) { counted.withLock { $0 } }

  init(_ answer: @escaping Answer) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    guard let port = Self.bound(listener, to: 0), Self.bound(datagrams, to: port) == port, listen(listener, 8) == 0
    else {
      close(listener)
      close(datagrams)
      throw Failed()
    }
    self.port = port
    Thread.detachNewThread { [self] in serveDatagrams(answer) }
    Thread.detachNewThread { [self] in serveConnections(answer) }
  }

  /// Ends both threads, each of which closes what it reads from.
  func stop() {
    shutdown(datagrams, Int32(SHUT_RDWR))
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private static func bound(_ descriptor: Int32, to port: UInt16) -> UInt16? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        guard bind(descriptor, $0, length) == 0, getsockname(descriptor, $0, &length) == 0 else { return nil }
        return UnsafeRawPointer($0).loadUnaligned(as: sockaddr_in.self).sin_port.bigEndian
      }
    }
  }

  private func serveDatagrams(_ answer: Answer) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var peer = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
          let count = recvfrom(datagrams, &buffer, buffer.count, 0, peer, &length)
          guard count > 0 else { return length = 0 }
          counted.withLock { $0.udp += 1 }
          guard let reply = reply(to: Array(buffer[..<count]), overTCP: false, answer) else { return }
          _ = sendto(datagrams, reply, reply.count, 0, peer, length)
        }
      }
      if length == 0 { break }
    }
    close(datagrams)
  }

  private func serveConnections(_ answer: Answer) {
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0 { break }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(connection, &buffer, buffer.count)
      if count > 2, let reply = reply(to: Array(buffer[2..<count]), overTCP: true, answer) {
        counted.withLock { $0.tcp += 1 }
        let framed = [UInt8(reply.count >> 8), UInt8(reply.count & 255)] + reply
        _ = write(connection, framed, framed.count)
      }
      close(connection)
    }
    close(listener)
  }

  /// The answer with the question before it and the question's number.
  private func reply(to question: [UInt8], overTCP: Bool, _ answer: Answer) -> [UInt8]? {
    var name: [String] = []
    var place = 12
    while place < question.count, question[place] != 0 {
      let end = place + 1 + Int(question[place])
      guard end < question.count else { return nil }
      name.append(String(decoding: question[(place + 1)..<end], as: UTF8.self))
      place = end
    }
    guard place + 5 <= question.count else { return nil }
    let type = UInt16(question[place + 1]) << 8 | UInt16(question[place + 2])
    guard let message = answer(name.joined(separator: "."), type, overTCP) else { return nil }
    var bytes = message.bytes
    bytes.replaceSubrange(..<2, with: question[..<2])
    bytes[5] = 1
    bytes.insert(contentsOf: question[12..<(place + 5)], at: 12)
    return bytes
  }
}
