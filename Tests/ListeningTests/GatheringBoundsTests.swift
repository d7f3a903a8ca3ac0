import Foundation
import GodwitTesting
import Listening
import Testing

@Suite("What a listener bears from clients whose requests are gathered")
struct GatheringBoundsTests {
  private func withGathering(
    _ change: (inout ListenerOptions) -> Void, _ body: (ListeningAddress) async throws -> Void
  ) async throws {
    var options = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    change(&options)
    let listener = WebListener(options, logger: .quiet)
    let address = try await listener.start(EchoResponder(), gathering: Gathering(CountingRoute()))
    do { try await body(address) } catch {
      await listener.stop()
      throw error
    }
    await listener.stop()
  }

  private static let push = "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc"

  @Test(
    "What stops coming ends the connection at its timeout, also behind a request that was answered",
    arguments: [
      "", "POST /gath", "POST /gathered HTTP/1.1\r\nHost: test\r\n",
      "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n",
      "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nbegun",
      "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 2000\r\n\r\nrefused",
    ], [false, true])
  func silence(text: String, isSecond: Bool) async throws {
    try await withGathering {
      $0.headTimeout = .milliseconds(500)
      $0.readTimeout = .seconds(1)
    } _: { address in
      // A machine that is too busy to send within the timeout has its connection closed before anything is answered.
      var isAsExpected = false
      for _ in 0..<20 where !isAsExpected {
        let connection = try await RawConnection.open(address)
        await connection.send((isSecond ? Self.push : "") + text)
        #expect(await eventually { connection.isClosed })
        isAsExpected = connection.text.contains("gathered  3") == isSecond
      }
      #expect(isAsExpected)
    }
  }

  @Test("A connection keeps its place wherever it is served, and gives it back when it ends")
  func connectionsMax() async throws {
    try await withGathering {
      $0.connectionsMax = 2
    } _: { address in
      var holders = [try await RawConnection.open(address), try await RawConnection.open(address)]
      await holders[1].send("POST /gath")
      await holders[0].send(Self.push)
      #expect(await holders[0].answer() == 200)
      let waiting = [try await RawConnection.open(address), try await RawConnection.open(address)]
      for connection in waiting { await connection.send(Self.push) }
      // It moves while others wait.
      await holders[1].send(String(Self.push.dropFirst(10)))
      #expect(await holders[1].answer() == 200)
      // And back.
      await holders[0].get("/")
      #expect(await eventually { holders[0].text.contains("GET / 0") })
      // As long as nobody leaves, nothing may come; a few turns of all loops would have brought it.
      try await Task.sleep(for: .milliseconds(200))
      #expect(waiting.map(\.status) == [0, 0])
      for left in [1, 0] {
        await holders.removeFirst().close()
        #expect(await eventually { waiting.count { $0.status == 200 } == 2 - left })
        // As above.
        try await Task.sleep(for: .milliseconds(100))
        #expect(waiting.count { $0.status == 200 } == 2 - left)
      }
    }
  }

  @Test("While an answer waits for its disk, pages are answered on other connections")
  func hungDisk() async throws {
    let gate = Gate()
    let route = CountingRoute(gate: gate)
    let listener = WebListener(ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)]), logger: .quiet)
    let address = try await listener.start(EchoResponder(), gathering: Gathering(route))
    let stuck = try await RawConnection.open(address)
    await stuck.send(Self.push)
    #expect(await eventually { gate.waiting == 1 })
    let page = try await RawConnection.open(address)
    await page.get("/")
    #expect(await page.answer() == 200)
    #expect(stuck.text.isEmpty)
    gate.open()
    #expect(await stuck.answer() == 200)
    await listener.stop()
  }

  @Test("A client that takes no answers is read no further, and given up in time")
  func takesNothing() async throws {
    try await withGathering {
      $0.readTimeout = .seconds(2)
    } _: { address in
      let connection = try await RawConnection.open(address, reads: false)
      let sending = Task {
        while !Task.isCancelled && !connection.isClosed {
          await connection.send(String(repeating: Self.push, count: 1000))
        }
      }
      #expect(await eventually { connection.isClosed })
      sending.cancel()
    }
  }

  @Test("A head that comes a byte at a time is cut off, and good clients are served meanwhile")
  func slowHead() async throws {
    try await withGathering {
      $0.headTimeout = .seconds(1)
    } _: { address in
      let slow = try await RawConnection.open(address)
      let dripping = Task {
        await slow.send("POST /gathered HTTP/1.1\r\nX-Slow: ")
        while !Task.isCancelled && !slow.isClosed {
          await slow.send("s")
          try? await Task.sleep(for: .milliseconds(20))
        }
      }
      defer { dripping.cancel() }
      // On a busy machine a good one may be late too.
      let isServed = await eventually {
        guard let good = try? await RawConnection.open(address) else { return false }
        await good.send(Self.push)
        return await good.answer() == 200
      }
      #expect(isServed)
      #expect(await eventually { slow.isClosed })
    }
  }

  @Test("A head that is too long is refused, wherever it becomes too long for this way", arguments: [0, 3000, 5000])
  func longHead(cut: Int) async throws {
    try await withGathering { _ in
    } _: { address in
      let connection = try await RawConnection.open(address)
      let long = "POST /gathered HTTP/1.1\r\nHost: test\r\nX-Long: \(String(repeating: "a", count: 80_000))\r\n\r\n"
      await connection.send(String(long.prefix(cut)))
      await connection.send(String(long.dropFirst(cut)))
      #expect([400, 431].contains(await connection.answer()))
      #expect(await eventually { connection.isClosed })
    }
  }

  @Test("A head of half the bound that comes in pieces is counted once")
  func pieces() async throws {
    try await withGathering {
      $0.headBytesMax = 6000
    } _: { address in
      let connection = try await RawConnection.open(address)
      let filler = String(repeating: "a", count: 5000)
      let text = "POST /gathered HTTP/1.1\r\nHost: test\r\nX-Long: \(filler)\r\nContent-Length: 3\r\n\r\nabc"
      await connection.send(String(text.prefix(3500)))
      await connection.send(String(text.dropFirst(3500)))
      #expect(await connection.answer() == 200)
      #expect(connection.text.contains("POST /gathered 3"))
    }
  }

  @Test("A connection lives as long as it is used, and no longer than the read timeout after that")
  func idle() async throws {
    try await withGathering {
      $0.readTimeout = .seconds(3)
    } _: { address in
      let isLiving = try await livesWhileUsed(address, by: { await $0.send(Self.push) }) { connection, rounds in
        connection.text.components(separatedBy: "gathered  3").count == rounds + 1
      }
      #expect(isLiving)
    }
  }
}
