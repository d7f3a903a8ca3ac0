import Foundation
import GodwitTesting
import Listening
import Settings
import Testing

@Suite("Requests that are gathered where they arrive")
struct GatheringTests {
  private func withGathering(
    _ route: CountingRoute = CountingRoute(), security: WebSecurity? = nil,
    _ change: (inout ListenerOptions) -> Void = { _ in }, _ body: (WebListener, RawConnection) async throws -> Void
  ) async throws {
    var options = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    change(&options)
    let listener = WebListener(options, security: security, logger: .quiet)
    let connection = try await RawConnection.open(
      try await listener.start(EchoResponder(), gathering: Gathering(route)))
    do { try await body(listener, connection) } catch {
      await listener.stop()
      throw error
    }
    await listener.stop()
  }

  private func post(_ body: String, _ headers: [String] = [], path: String = "/gathered") -> String {
    let lines = (["Host: test", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n")
    return "POST \(path) HTTP/1.1\r\n\(lines)\r\n\r\n\(body)"
  }

  /// The bodies of all answers so far.
  private func bodies(_ connection: RawConnection) -> [String] {
    // Lines of heads end with two bytes, which are one character.
    connection.text.utf8.split(separator: UInt8(ascii: "\n")).filter { !$0.isEmpty && $0.last != UInt8(ascii: "\r") }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("Answers come in the order of the requests, whichever way each goes", arguments: 0..<20 as Range<UInt64>)
  func order(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    var text = ""
    // A request of the route that comes behind one that passed may pass too.
    var wanted: [Set<String>] = []
    for number in 0..<30 {
      let body = String(repeating: "b", count: Int.random(in: 0...1200, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        text += "GET /\(number) HTTP/1.1\r\nHost: test\r\n\r\n"
        wanted.append(["GET /\(number) 0"])
      case 1:
        text += post(body, path: "/\(number)")
        wanted.append(["POST /\(number) \(body.count)"])
      case 2:
        text += "POST /gathered HTTP/1.1\r\nHost: test\r\nX-Name: \(number)\r\nTransfer-Encoding: chunked\r\n\r\n"
        for part in [body.prefix(300), body.dropFirst(300)] where !part.isEmpty {
          text += "\(String(part.count, radix: 16))\r\n\(part)\r\n"
        }
        text += "0\r\n\r\n"
        let gathered = body.count > 1000 ? "gathered too much" : "gathered \(number) \(body.count)"
        wanted.append([gathered, "POST /gathered \(body.count)"])
      default:
        text += post(body, ["X-Name: \(number)"])
        let gathered = body.count > 1000 ? "\(body.count) announced" : "gathered \(number) \(body.count)"
        wanted.append([gathered, "POST /gathered \(body.count)"])
      }
    }
    let sent = text
    var cuts = [0, sent.utf8.count]
    for _ in 0..<20 { cuts.append(.random(in: 0...sent.utf8.count, using: &random)) }
    cuts.sort()
    let places = zip(cuts, cuts.dropFirst())
    try await withGathering { _, connection in
      for (start, end) in places {
        await connection.send(String(decoding: Array(sent.utf8)[start..<end], as: UTF8.self))
      }
      #expect(await eventually { bodies(connection).count == wanted.count }, "seed \(seed)")
      for (body, wanted) in zip(bodies(connection), wanted) { #expect(wanted.contains(body), "seed \(seed)") }
      #expect(!connection.isClosed)
    }
  }

  @Test("An answer says when it was made")
  func date() async throws {
    try await withGathering { _, connection in
      await connection.send(post("abc") + "GET /a HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(await eventually { bodies(connection) == ["gathered  3", "GET /a 0"] })
      let dates = connection.text.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("date: ") }
      // Both are of this minute, and look the same but for the seconds.
      #expect(dates.count == 2)
      #expect(dates.allSatisfy { $0.dropFirst(6).count == 29 && $0.hasSuffix(" GMT") }, "\(dates)")
      #expect(dates[0].dropFirst(6).prefix(16) == dates[1].dropFirst(6).prefix(16))
    }
  }

  @Test("What comes behind a request under way waits for its answer, the end of the client's half too")
  func waiting() async throws {
    let gate = Gate()
    let route = CountingRoute(gate: gate)
    try await withGathering(route) { _, connection in
      await connection.send(post("abc") + "GET /behind HTTP/1.1\r\nHost: test\r\n\r\nno request\r\n\r\n")
      #expect(await eventually { gate.waiting == 1 })
      await connection.closeHalf()
      // A few turns of all loops would have brought what must not come.
      try await Task.sleep(for: .milliseconds(100))
      #expect(connection.text.isEmpty)
      gate.open()
      #expect(await eventually { connection.isClosed })
      #expect(bodies(connection) == ["gathered  3", "GET /behind 0"])
      #expect(connection.status == 400)
    }
  }

  @Test("What comes behind is served also where many clients at once have ended their half by then")
  func endedHalves() async throws {
    try await withGathering { listener, _ in
      let address = try #require(listener.addresses.first)
      let lost = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<500 {
          group.addTask { [sent = post("abc") + "GET /behind HTTP/1.1\r\nHost: test\r\n\r\n"] in
            let connection = try await RawConnection.open(address)
            await connection.send(sent)
            await connection.closeHalf()
            await eventually { connection.isClosed }
            return !connection.text.contains("GET /behind 0")
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(lost == 0)
    }
  }

  @Test("A body that breaks off ends the connection", arguments: ["chunk", "close", "silence"])
  func brokenBody(way: String) async throws {
    // Where something comes, it has all the time that a busy machine may take.
    let readTimeout = Duration.seconds(way == "silence" ? 1 : 300)
    try await withGathering(CountingRoute(), { $0.readTimeout = readTimeout }) { _, connection in
      await connection.send(
        "POST /gathered HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
      if way == "chunk" { await connection.send("x\r\n\(post("smuggled"))") }
      if way == "close" { await connection.closeHalf() }
      #expect(await eventually { connection.isClosed })
      #expect(!connection.text.contains("gathered"))
      if way == "chunk" { #expect(connection.status == 400) }
    }
  }

  @Test("A connection ends with the answer where the client wants that", arguments: ["close", "Close"], [3, 2000])
  func lastRequest(word: String, byteCount: Int) async throws {
    try await withGathering { _, connection in
      await connection.send(post(String(repeating: "b", count: byteCount), ["Connection: \(word)"]) + post("smuggled"))
      #expect(await connection.answer() == (byteCount > 1000 ? 413 : 200))
      #expect(await eventually { connection.isClosed })
      #expect(bodies(connection).count == 1)
    }
  }

  @Test("Who waits for a word gets it, and requests that are not the route's pass", arguments: ["/", "/prefix"])
  func passing(prefix: String) async throws {
    let start = prefix == "/" ? "" : prefix
    try await withGathering(CountingRoute(), { $0.routePrefix = prefix }) { _, connection in
      await connection.send(post("abc", path: start + "/gathered"))
      #expect(await eventually { bodies(connection).last == "gathered  3" })
      await connection.send(
        "POST \(start)/gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
      #expect(await eventually { connection.text.contains("HTTP/1.1 100 Continue\r\n\r\n") })
      await connection.send("abc")
      #expect(await eventually { bodies(connection).last == "POST /gathered 3" })
      // A connection that has brought anything else brings it for others from then on.
      await connection.send(post("abcd", path: start + "/gathered"))
      #expect(await eventually { bodies(connection).last == "POST /gathered 4" })
      await connection.send(post("abc", path: start + "/gathered?a=b"))
      #expect(await eventually { bodies(connection).last == "POST /gathered?a=b 3" })
      await connection.send("GET \(start)/gathered HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(await eventually { bodies(connection).last == "GET /gathered 0" })
    }
  }

  @Test("Where every answer has headers of its own, or users are asked for, the responder is asked")
  func secured() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "godwit-web-\(UUID().uuidString).yml").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data().write(to: URL(fileURLWithPath: file))
    let security = try WebSecurity(path: file, logger: .quiet) { _ throws(ListeningError) in
      var settings = WebSettings()
      settings.headers = ["X-Frame-Options": "deny"]
      return settings
    }
    try await withGathering(CountingRoute(), security: security) { _, connection in
      await connection.send(post("abc"))
      #expect(await eventually { bodies(connection) == ["POST /gathered 3"] })
      #expect(connection.text.lowercased().contains("x-frame-options: deny"))
    }
  }

  @Test("Stopping lets a request under way finish")
  func stop() async throws {
    let gate = Gate()
    let route = CountingRoute(gate: gate)
    try await withGathering(route) { listener, connection in
      await connection.send(post("ab"))
      #expect(await eventually { gate.waiting == 1 })
      let idle = try await RawConnection.open(try #require(listener.addresses.first))
      await idle.get("/")
      #expect(await idle.answer() == 200)
      async let stopped: Void = listener.stop()
      #expect(await eventually { idle.isClosed })
      #expect(!connection.isClosed)
      gate.open()
      #expect(await connection.answer() == 200)
      await stopped
      #expect(await eventually { connection.isClosed })
    }
  }

  @Test("Stopping waits no longer than its time for a request that is not answered")
  func stopDespiteHungDisk() async throws {
    let gate = Gate()
    let route = CountingRoute(gate: gate)
    try await withGathering(route) { listener, connection in
      await connection.send(post("ab"))
      #expect(await eventually { gate.waiting == 1 })
      await listener.stop()
      #expect(!connection.isClosed)
      gate.open()
      #expect(await eventually { connection.isClosed })
    }
  }

  @Test("Stopping lets a request whose body is arriving finish")
  func stopWhileArriving() async throws {
    try await withGathering { listener, connection in
      await connection.send(post("") + "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab")
      #expect(await eventually { bodies(connection).count == 1 })
      let idle = try await RawConnection.open(try #require(listener.addresses.first))
      await idle.get("/")
      #expect(await idle.answer() == 200)
      async let stopped: Void = listener.stop()
      #expect(await eventually { idle.isClosed })
      await connection.send("cd")
      #expect(await eventually { bodies(connection).last == "gathered  4" })
      await stopped
      #expect(await eventually { connection.isClosed })
    }
  }
}
