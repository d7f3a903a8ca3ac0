import GodwitTesting
import Settings
import Synchronization
import Testing
@testable import Transport

@Suite("Connections that end anywhere", .timeLimit(.minutes(5))) struct CutTests {
  /// Answers that need no end of their connection, and what is in them.
  private static let answers: [(bytes: [UInt8], body: String)] = [
    (rawAnswer(["Content-Length: 5", "X-Some: thing"], body: Array("up 1\n".utf8)), "up 1\n"),
    (rawAnswer(["Transfer-Encoding: chunked"], body: Array("3\r\nup \r\n2\r\n1\n\r\n0\r\n\r\n".utf8)), "up 1\n"),
    (Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) + rawAnswer(["Content-Length: 1"], body: [97]), "a"),
  ]

  @Test("An answer that is cut off anywhere is an error, and only a whole one counts", arguments: answers.indices)
  func everyByte(number: Int) async throws {
    let (bytes, body) = Self.answers[number]
    let count = Mutex(0)
    try await withServer({ _ in .sendBytesAndClose(Array(bytes.prefix(count.withLock { $0 }))) }) { server, transport in
      for length in 0...bytes.count {
        count.withLock { $0 = length }
        do throws(TransportError) {
          let response = try await transport.get(server.url)
          #expect(length == bytes.count && response.body == Array(body.utf8), "after \(length) bytes")
        } catch {
          #expect(length < bytes.count, "after \(length) bytes: \(error)")
          #expect([.connection, .cutShort].contains(error.code), "after \(length) bytes: \(error)")
        }
      }
    }
  }

  @Test("So is a compressed one", arguments: [true, false])
  func compressed(isAnnounced: Bool) async throws {
    let packed = try gzipped(Array("up 1\nup 2\n".utf8))
    let head = ["Content-Encoding: gzip"] + (isAnnounced ? ["Content-Length: \(packed.count)"] : [])
    let bytes = rawAnswer(head, body: packed)
    let count = Mutex(0)
    try await withServer({ _ in .sendBytesAndClose(Array(bytes.prefix(count.withLock { $0 }))) }) { server, transport in
      for length in (bytes.count - packed.count)...bytes.count {
        count.withLock { $0 = length }
        let response = try? await transport.get(server.url)
        #expect((response != nil) == (length == bytes.count), "after \(length) bytes")
        #expect(response.map { $0.body == Array("up 1\nup 2\n".utf8) } ?? true)
      }
    }
  }

  @Test("Compressed bytes may come in any pieces, and nothing may follow them", arguments: SeededRandom.seeds)
  func pieces(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let text = (0..<300_000).map { _ in UInt8.random(in: 97...100, using: &random) }
    let packed = try gzipped(text)
    for excess in 0...1 {
      let inflation = try Inflation(bytesMax: text.count)
      let input = packed + [UInt8](repeating: 0, count: excess)
      var output: [UInt8] = []
      var start = 0
      var isRefused = false
      while start < input.count && !isRefused {
        let end = min(input.count, start + Int.random(in: 1...5_000, using: &random))
        let piece = Array(input[start..<end])
        do {
          try inflation.receive(piece.span) { bytes in
            for index in bytes.indices { output.append(bytes[index]) }
            return true
          }
        } catch {
          isRefused = true
        }
        start = end
      }
      #expect(output == text && inflation.hasEnded && isRefused == (excess > 0), "seed \(seed)")
    }
    let bounded = try Inflation(bytesMax: text.count - 1)
    #expect(throws: Inflation.Fault.tooLarge) { try bounded.receive(packed.span) { _ in true } }
  }
}

@Suite("Requests that are made again and again") struct RequestFormTests {
  @Test("A form asks as a request that is made anew each time does", arguments: ["GET", "POST", "HEAD"])
  func sameBytes(method: String) async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("secret", to: "key")
    try await withServer({ _ in .send(answer()) }) { server, transport in
      for body in [nil, [UInt8](), Array("body".utf8)] as [[UInt8]?] where body == nil || method == "POST" {
        for secret in [Secret.inline("secret"), .file(path)] {
          var settings = HTTPClientSettings()
          settings.credentials = .authorization(type: "Bearer", credentials: secret)
          settings.headers = [ConfiguredHeader(name: "X-Own", value: secret)]
          let request = HTTPRequest(method: method, url: server.url + "/p?q=1", headers: [("Accept", "x")])
          let form = transport.form(of: request, settings: settings)
          #expect((form.standing != nil) == (secret == .inline("secret")))
          _ = try await transport.fetch(
            form, body: body, timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
        }
        let both = server.received.suffix(2)
        #expect(both.first?.head == both.last?.head && both.first?.body == both.last?.body)
        #expect(both.first?.body == body ?? [] && both.first?.header("X-Own") == "secret")
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test("A form follows redirects with its body", arguments: [307, 303])
  func redirects(status: Int) async throws {
    let redirect = answer(status, ["Location: /second"])
    try await withServer({ $0.head.contains("/first") ? .send(redirect) : .send(answer(body: "x")) }) {
      server, transport in
      let form = transport.form(
        of: HTTPRequest(method: "POST", url: server.url + "/first"), settings: HTTPClientSettings())
      let response = try await transport.fetch(
        form, body: [1, 2, 3], timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
      #expect(response.status == 200 && server.received.count == 2)
      #expect(server.received.last?.body == (status == 307 ? [1, 2, 3] : []))
    }
  }

  @Test("What needs a proxy, TLS, the library or a second look is no standing request")
  func notStanding() {
    let transport = HTTPTransport()
    defer { transport.shutdown() }
    func stands(_ url: String, _ change: (inout HTTPClientSettings) -> Void = { _ in }) -> Bool {
      var settings = HTTPClientSettings()
      change(&settings)
      return transport.form(of: HTTPRequest(url: url), settings: settings).standing != nil
    }
    #expect(stands("http://a:9100/metrics") && stands("http://user:word@a/"))
    #expect(!stands("https://a/") && !stands("http://") && !stands("http://a/") { $0.resolvesRoundRobin = true })
    #expect(!stands("http://a/") { $0.credentials = .basic(username: .inline("a"), password: .file("/nowhere")) })
    #expect(!stands("http://a/") { $0.headers = [ConfiguredHeader(name: "bad name", value: .inline("x"))] })
  }
}
