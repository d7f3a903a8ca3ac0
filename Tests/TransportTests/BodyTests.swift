import Testing
@testable import Transport

@Suite struct BodyTests {
  @Test("A body shorter than announced is an error that says both numbers", arguments: [0, 1, 5, 999])
  func cutBody(sent: Int) async throws {
    let bytes = rawAnswer(["Content-Length: 1000"], body: [UInt8](repeating: 97, count: sent))
    try await withServer({ _ in .sendBytesAndClose(bytes) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url))
      #expect(error.code == .cutShort)
      #expect(error.message.contains("announced 1000 bytes, got \(sent)"))
    }
  }

  @Test("A chunked body without its end is an error")
  func cutChunks() async throws {
    let bytes = rawAnswer(["Transfer-Encoding: chunked"], body: Array("5\r\nhello\r\n".utf8))
    try await withServer({ _ in .sendBytesAndClose(bytes) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url))
      #expect(error.code == .cutShort)
      #expect(error.message.contains("got 5 bytes"))
    }
  }

  @Test("A body that ends with the connection is whole")
  func untilClose() async throws {
    try await withServer({ _ in .sendBytesAndClose(rawAnswer([], body: Array("up 1\n".utf8))) }) { server, transport in
      let final = try await transport.get(server.url)
      #expect(final.body == Array("up 1\n".utf8))
    }
  }

  @Test("What follows the announced length is not taken for the body or for the next answer")
  func tooMuch() async throws {
    let bytes = rawAnswer(["Content-Length: 5"], body: Array("up 1\nHTTP/1.1 200 OK\r\n\r\nforged".utf8))
    try await withServer({ $0.head.contains("/next") ? .send(answer(body: "honest")) : .sendBytes(bytes) }) {
      server, transport in
      let response = try? await transport.get(server.url)
      #expect(response == nil || response?.body == Array("up 1\n".utf8))
      let final = try await transport.get(server.url + "/next")
      #expect(final.body == Array("honest".utf8))
    }
  }

  @Test("A body at the bound passes, one byte more fails with the bound in the message", arguments: [true, false])
  func bound(announced: Bool) async throws {
    let body = [UInt8](repeating: 98, count: 5_000)
    let bytes = rawAnswer(announced ? ["Content-Length: 5000"] : [], body: body)
    try await withServer({ _ in .sendBytesAndClose(bytes) }) { server, transport in
      let final = try await transport.get(server.url, bodyBytesMax: 5_000)
      #expect(final.body == body)
      let error = try #require(await transport.errorOfGet(server.url, bodyBytesMax: 4_999))
      #expect(error.code == .bodyTooLarge)
      #expect(error.message.contains("4999 bytes"))
    }
  }

  @Test("Where only the beginning is wanted, the beginning comes back", arguments: [1_025, 60_000, 3_000_000])
  func truncation(count: Int) async throws {
    let body = [UInt8](repeating: 99, count: count)
    let bytes = rawAnswer(["Content-Length: \(count)"], body: body)
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      let response = try await transport.get(server.url, bodyBytesMax: 1_024, overflow: .truncate)
      #expect(response.status == 200)
      #expect(response.isTruncated)
      #expect(response.body == Array(body[..<1_024]))
      let final = try await transport.get(server.url, bodyBytesMax: count, overflow: .truncate)
      #expect(final.isTruncated == false)
    }
  }

  @Test("An absurd announcement reserves nothing absurd")
  func absurdLength() async throws {
    let bytes = rawAnswer(["Content-Length: 9000000000000000000"], body: [1])
    try await withServer({ _ in .sendBytesAndClose(bytes) }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .bodyTooLarge)
      #expect(await transport.errorOfGet(server.url, bodyBytesMax: .max)?.code == .cutShort)
    }
  }

  @Test("gzip is undone")
  func gzip() async throws {
    let text = Array(String(repeating: "http_requests_total{code=\"200\"} 17\n", count: 3_000).utf8)
    let packed = try gzipped(text)
    let bytes = rawAnswer(["Content-Length: \(packed.count)", "Content-Encoding: gzip"], body: packed)
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      let response = try await transport.get(server.url, headers: [("Accept-Encoding", "gzip")])
      #expect(response.body == text)
      #expect(server.received.first?.header("Accept-Encoding") == "gzip")
    }
  }

  @Test("The bound counts what comes out of gzip, and a bomb ends there")
  func bomb() async throws {
    let packed = try gzipped([UInt8](repeating: 0, count: 200 << 20))
    let bytes = rawAnswer(["Content-Length: \(packed.count)", "Content-Encoding: gzip"], body: packed)
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url, bodyBytesMax: 1 << 20))
      #expect(error.code == .bodyTooLarge)
      #expect(error.message.contains("1048576 bytes"))
      let start = try await transport.get(server.url, bodyBytesMax: 1_024, overflow: .truncate)
      #expect(start.status == 200 && start.isTruncated)
      #expect(start.body.allSatisfy { $0 == 0 })
    }
  }

  @Test("A gzip stream cut short is not half a page but an error", arguments: [1, 8, 20])
  func cutGzip(bytesLost: Int) async throws {
    let packed = Array(try gzipped(Array("up 1\n".utf8)).dropLast(bytesLost))
    let bytes = rawAnswer(["Content-Length: \(packed.count)", "Content-Encoding: gzip"], body: packed)
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .encoding)
    }
  }

  @Test("A damaged gzip stream is an error", arguments: [0, 3, 12])
  func damagedGzip(position: Int) async throws {
    var packed = try gzipped(Array("up 1\ndown 2\n".utf8))
    packed[position] ^= 0xff
    let bytes = rawAnswer(["Content-Length: \(packed.count)", "Content-Encoding: gzip"], body: packed)
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .encoding)
    }
  }

  @Test("A compression nobody asked for is refused by name")
  func unknownEncoding() async throws {
    try await withServer({ _ in .send(answer(200, ["Content-Encoding: br"], body: "xyz")) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url))
      #expect(error.code == .encoding)
      #expect(error.message.contains("\"br\""))
    }
  }
}
