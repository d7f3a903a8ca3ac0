import NIOCore
import Settings
import Testing
@testable import Transport

@Suite("Servers that do as they like") struct HostileServerTests {
  @Test("Answers of 1xx are passed over", arguments: [1, 3, 500])
  func informational(count: Int) async throws {
    let hints = String(repeating: "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", count: count)
    try await withServer({ _ in .send("HTTP/1.1 100 Continue\r\n\r\n" + hints + answer(body: "page")) }) {
      server, transport in
      for _ in 0..<2 {
        let response = try await transport.get(server.url)
        #expect(response.status == 200)
        #expect(response.body == Array("page".utf8))
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test("A switch of protocols that nobody asked for does not outlast the deadline", .timeLimit(.minutes(2)))
  func switching() async throws {
    try await withServer({ _ in .send("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes") }) {
      server, transport in
      let response = try? await transport.get(server.url, timeout: .milliseconds(500))
      #expect(response?.status != 200)
    }
  }

  @Test(
    "What never ends ends at a bound",
    arguments: [
      ("HTTP/1.1 200 OK\r\n", "X-Header: value\r\n", TransportError.Code.notHTTP),
      ("HTTP/1.1 200 OK\r\nX-Long: ", "aaaaaaaaaaaaaaaa", .notHTTP),
      ("HTTP/1.1 200 OK\r\n", "aaaaaaaaaaaaaaaa", .notHTTP), ("HTTP/1.1 200 ", "aaaaaaaaaaaaaaaa", .notHTTP),
      ("HTTP/1.1 200 OK\r\n\r\n", "body", .bodyTooLarge),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", .bodyTooLarge),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-Trailer: value\r\n", .notHTTP),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension", .notHTTP),
    ])
  func endless(start: String, piece: String, code: TransportError.Code) async throws {
    try await withServer({ _ in .pour(start, piece) }) { server, transport in
      // A bound is met after so many bytes, however long they take: the deadline has no part in it.
      let error = try #require(await transport.errorOfGet(server.url, bodyBytesMax: 1 << 16))
      #expect(error.code == code, "\(error)")
    }
  }

  @Test("What never begins ends at the deadline, however much comes", .timeLimit(.minutes(5)))
  func endlessHints() async throws {
    try await withServer({ _ in .pour("", "HTTP/1.1 103 Early\r\n\r\n") }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url, timeout: .seconds(2)))
      #expect(error.code == .timedOut, "\(error)")
    }
  }

  @Test("A body that trickles is cut off at the deadline, which is one for all of the exchange")
  func trickle() async throws {
    let start = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    try await withServer({ _ in .endless(start: start, piece: "a", pause: .milliseconds(5)) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url, timeout: .seconds(3)))
      #expect(error.code == .timedOut)
      #expect(error.message.contains("bytes came"))
    }
  }

  @Test(
    "Heads beyond the bounds are refused",
    arguments: [
      String(repeating: "X: y\r\n", count: 257), "X: " + String(repeating: "y", count: 100_000) + "\r\n",
      String(repeating: "y", count: 100_000) + ": x\r\n",
    ])
  func hugeHead(lines: String) async throws {
    try await withServer({ _ in .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + lines + "\r\n") }) {
      server, transport in
      let error = try #require(await transport.errorOfGet(server.url))
      #expect(error.code == .notHTTP)
      #expect(error.description.utf8.count < 1_000)
    }
  }

  @Test("A head within the bounds is read")
  func largeHead() async throws {
    let lines = (0..<250).map { "X-\($0): " + String(repeating: "y", count: 1_000) }
    try await withServer({ _ in .send(answer(200, lines, body: "x")) }) { server, transport in
      let response = try await transport.get(server.url)
      #expect(response.header("X-249")?.count == 1_000)
    }
  }

  @Test("Trailers after a chunked body do not disturb it, and the connection is used again")
  func trailers() async throws {
    let bytes = rawAnswer(
      ["Transfer-Encoding: chunked", "Trailer: X-Sum"],
      body: Array("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n".utf8))
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      for _ in 0..<3 {
        let response = try await transport.get(server.url)
        #expect(response.body == Array("abcde".utf8))
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test(
    "A head that contradicts itself, or is none, is an error",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\na",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/9.9 200 OK\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    ])
  func contradiction(text: String) async throws {
    try await withServer({ _ in .sendAndClose(text) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url))
      #expect([.notHTTP, .cutShort, .connection].contains(error.code), "\(error)")
    }
  }

  @Test("Two answers to one request: the first counts, the second answers nothing")
  func twoAnswers() async throws {
    try await withServer({
      .send($0.head.contains("/next") ? answer(body: "honest") : answer(body: "one") + answer(body: "two"))
    }) { server, transport in
      let first = try? await transport.get(server.url)
      #expect(first == nil || first?.body == Array("one".utf8))
      let next = try await transport.get(server.url + "/next")
      #expect(next.body == Array("honest".utf8))
    }
  }

  @Test(
    "HTTP/1.0 with a length ends at it, whether or not the connection stays open",
    arguments: ["", "Connection: keep-alive\r\n", "Connection: close\r\n"], [true, false])
  func oldKeptOpen(line: String, closes: Bool) async throws {
    let text = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\(line)\r\nup 1\n"
    try await withServer({ _ in closes ? .sendAndClose(text) : .send(text) }) { server, transport in
      for _ in 0..<3 {
        let response = try await transport.get(server.url, timeout: .seconds(20))
        #expect(response.body == Array("up 1\n".utf8))
      }
    }
  }

  @Test("HTTP/1.0 without a length ends with the connection")
  func oldUntilClose() async throws {
    try await withServer({ _ in .sendAndClose("HTTP/1.0 200 OK\r\n\r\nup 1\n") }) { server, transport in
      let response = try await transport.get(server.url)
      #expect(response.body == Array("up 1\n".utf8))
    }
  }

  @Test(
    "Answers that have no body by nature end with their head, whatever length they announce", arguments: [204, 304])
  func bodiless(status: Int) async throws {
    try await withServer({ _ in .send("HTTP/1.1 \(status) Word\r\nContent-Length: 10\r\n\r\n") }) { server, transport in
      let response = try await transport.get(server.url, timeout: .seconds(20))
      #expect(response.status == status && response.body.isEmpty)
    }
  }

  @Test(
    "Compression on compression is refused, so that no bomb hides in a bomb",
    arguments: ["gzip, gzip", "gzip,deflate"])
  func twice(encoding: String) async throws {
    let packed = try gzipped(gzipped(Array("up 1\n".utf8)))
    let bytes = rawAnswer(["Content-Length: \(packed.count)", "Content-Encoding: \(encoding)"], body: packed)
    try await withServer({ _ in .sendBytes(bytes) }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .encoding)
    }
  }

  @Test("A server that refuses a large body before it has come is heard")
  func earlyRefusal() async throws {
    let refusal = answer(413, ["Connection: close"], body: "too large")
    let server = try await ScriptedServer(readsBodies: false) { _ in .send(refusal) }
    let transport = HTTPTransport()
    for _ in 0..<5 {
      let response = try await transport.fetch(
        HTTPRequest(url: server.url, bytes: [UInt8](repeating: 7, count: 16 << 20)), settings: HTTPClientSettings(),
        timeout: .seconds(30), bodyBytesMax: 100, bodyOverflow: .truncate)
      #expect(response.status == 413)
    }
    transport.shutdown()
    try await server.stop()
  }

  @Test(
    "Where only the beginning is wanted, a status that came counts, however the body ends",
    arguments: [200, 400, 503])
  func statusCounts(status: Int) async throws {
    let head = "HTTP/1.1 \(status) Word\r\nContent-Length: 100\r\n\r\nbegin"
    if status != 200 {
      try await withServer({ _ in .sendAndClose(head) }) { server, transport in
        let response = try await transport.get(server.url, overflow: .truncate)
        #expect(response.status == status && response.isTruncated)
        #expect(response.body == Array("begin".utf8))
      }
    }
    try await withServer({ _ in .send(head) }) { server, transport in
      // Before the deadline the head has to come, which takes a busy machine longer: there it has more time.
      var response: HTTPResponse?
      var timeout: Duration = .milliseconds(500)
      while response == nil && timeout < generousTimeout {
        do throws(TransportError) {
          response = try await transport.get(server.url, timeout: timeout, overflow: .truncate)
        } catch {
          // Whatever came of an answer would have been told.
          try #require(error.code == .timedOut && !error.message.contains("bytes came"), "\(error)")
        }
        timeout *= 2
      }
      #expect(response?.status == status && response?.isTruncated == true)
    }
    try await withServer({ _ in .close }) { server, transport in
      #expect(await transport.errorOfGet(server.url, overflow: .truncate)?.code == .connection)
    }
  }

  @Test(
    "A success that is cut off does not count: the server may have died over the request", arguments: [200, 204, 299])
  func successCutOff(status: Int) async throws {
    let head = "HTTP/1.1 \(status) Word\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbe"
    try await withServer({ _ in .sendAndClose(status == 204 ? "HTTP/1.1 204 Wo" : head) }) { server, transport in
      let code = await transport.errorOfGet(server.url, overflow: .truncate)?.code
      #expect(code == (status == 204 ? .connection : .cutShort))
    }
  }
}

@Suite("Proxies that do as they like") struct HostileProxyTests {
  private func error(_ bytes: [UInt8], closes: Bool, url: String, kind: String) async throws -> TransportError? {
    let proxy = try await ScriptedProxy(.saying(bytes, closes: closes))
    let transport = HTTPTransport()
    var settings = HTTPClientSettings()
    settings.proxy.choice = .server(try ProxyServer("\(kind)://127.0.0.1:\(proxy.port)"), exceptions: "")
    let error = await transport.errorOfGet(url, settings: settings, timeout: .seconds(1))
    transport.shutdown()
    try await proxy.stop()
    return error
  }

  @Test(
    "Whatever a proxy says to CONNECT is an error in time",
    arguments: [
      "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 403 No\r\n\r\nwords",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "SSH-2.0-x\r\n", "", "HTTP/1.1 200",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
    ], [true, false])
  func connect(text: String, closes: Bool) async throws {
    let found = try await error(Array(text.utf8), closes: closes, url: "https://a.invalid/", kind: "http")
    #expect(found != nil)
  }

  @Test(
    "Whatever a proxy says to SOCKS is an error in time",
    arguments: [
      [4, 0], [5, 255], [5, 2], [5], [], [0], [5, 0, 5, 0, 0, 3, 255], [5, 0, 5, 0, 0, 9, 0, 0, 0, 0, 0, 0],
      [5, 0, 5, 9, 0, 1, 0, 0, 0, 0, 0, 0], [5, 0, 4, 0, 0, 1, 0, 0, 0, 0, 0, 0], [5, 0, 5, 0, 0, 3, 0, 0, 0],
      [5, 0, 5, 0, 0, 1, 1, 1, 1, 1, 0, 0, 5, 0, 5, 0], [5, 0, 5, 0, 0, 3, 2, 0xff, 0xfe, 0, 80],
      [5, 0, 5, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 80], Array(repeating: 5, count: 5_000),
    ] as [[UInt8]], [true, false])
  func socks(bytes: [UInt8], closes: Bool) async throws {
    for scheme in ["http", "https"] {
      let found = try await error(bytes, closes: closes, url: "\(scheme)://a.invalid/", kind: "socks5")
      #expect(found != nil)
    }
  }
}
