import Foundation
import Listening
import Logging
import NIOCore
import NIOPosix
import RemoteWriteProtocol
import Testing

@testable import Receiver

/// An answer as its bytes came, or how the connection ended without one.
struct RawAnswer {
  var status = 0
  /// By lowercase name.
  var headers: [String: String] = [:]
  var body = ""
  var isReset = false

  /// Whether as much body came as was promised.
  var isComplete: Bool { Int(headers["content-length"] ?? "0") == body.utf8.count }

  var written: [String] {
    ["samples", "histograms", "exemplars"].map { headers["x-prometheus-remote-write-\($0)-written"] ?? "missing" }
  }

  init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return }
    let head = text[..<end.lowerBound].split(separator: "\r\n")
    status = Int(head.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
    for line in head.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    body = String(text[end.upperBound...])
  }
}

/// One connection for each request, and nothing in the request that the test did not write.
struct RawClient {
  var address: ListeningAddress

  static let v1Headers = [
    "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "User-Agent": "test/1",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
  ]
  static let v2Headers = v1Headers.merging([
    "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    "X-Prometheus-Remote-Write-Version": "2.0.0",
  ]) { $1 }

  func write(
    _ version: WriteMessageVersion, _ body: [UInt8], changing: [String: String?] = [:]
  ) async throws -> RawAnswer {
    var headers = version == .v1 ? Self.v1Headers : Self.v2Headers
    for (name, value) in changing { headers[name] = value }
    return try await send("POST", "/api/v1/write", headers, body)
  }

  func get(_ target: String) async throws -> RawAnswer { try await send("GET", target, [:], []) }

  func send(
    _ method: String, _ target: String, _ headers: [String: String] = [:], _ body: [UInt8] = []
  ) async throws -> RawAnswer {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.count)\r\n\r\n"
    return try await exchange(Array(head.utf8) + body)
  }

  /// Sends `bytes` and gathers what comes until the connection ends.
  ///
  /// - Parameter isWhole: whether an answer is waited for, or the connection ended at once.
  func exchange(_ bytes: [UInt8], isWhole: Bool = true) async throws -> RawAnswer {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    var received: [UInt8] = []
    do {
      return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: bytes))
        guard isWhole else { return RawAnswer([]) }
        for try await chunk in inbound { received += chunk.readableBytesView }
        return RawAnswer(received)
      }
    } catch {
      var answer = RawAnswer(received)
      answer.isReset = true
      return answer
    }
  }
}

/// Runs `body` with a receiver that listens on a free port and is stopped afterwards.
func withReceiver(
  _ change: (inout ReceiverSettings) -> Void = { _ in },
  _ body: (RemoteWriteReceiver, RawClient) async throws -> Void
) async throws {
  var settings = ReceiverSettings()
  change(&settings)
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  let receiver = RemoteWriteReceiver(settings, logger: logger)
  let address = try await receiver.start()
  do {
    try await body(receiver, RawClient(address: address))
  } catch {
    await receiver.stop()
    throw error
  }
  await receiver.stop()
}

/// Expects an answer's status, where the answer itself is of no further interest.
func expectStatus(_ expected: Int, _ answer: RawAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(answer.status == expected, "\(answer.body)", sourceLocation: sourceLocation)
}
