import Foundation
import Listening
import Synchronization
import Testing

@Suite("What a listener bears from clients")
struct ListenerBoundsTests {
  @Test("A client that sends its head a byte at a time is cut off, and good ones are served meanwhile")
  func slowHeads() async throws {
    try await withListener { options in
      options.connectionsMax = 20
      options.headTimeout = .seconds(1)
    } _: { _, address in
      var slow: [RawConnection] = []
      for _ in 0..<60 { slow.append(try await .open(address)) }
      let slowOnes = slow
      let dripping = Task {
        for connection in slowOnes { await connection.send("GET / HTTP/1.1\r\nX-Slow: ") }
        while !Task.isCancelled {
          for connection in slowOnes where !connection.isClosed { await connection.send("s") }
          try? await Task.sleep(for: .milliseconds(20))
        }
      }
      defer { dripping.cancel() }
      let good = try await RawConnection.open(address)
      await good.get("/")
      #expect(await good.answer() == 200)
      #expect(await eventually { slowOnes.allSatisfy(\.isClosed) })
    }
  }

  @Test("Connections beyond the bound wait until one ends, over all addresses")
  func connectionsMax() async throws {
    try await withListener { options in
      options.connectionsMax = 2
      options.addresses.append(ListeningAddress(host: "127.0.0.1", port: 0))
    } _: { listener, address in
      let second = try #require(listener.addresses.last)
      let holders = [try await RawConnection.open(address), try await RawConnection.open(address)]
      for holder in holders {
        await holder.get("/")
        #expect(await holder.answer() == 200)
      }
      let waiting = [try await RawConnection.open(address), try await RawConnection.open(second)]
      for connection in waiting { await connection.get("/waits") }
      // As long as nobody leaves, nothing may come; a few turns of all loops would have brought it.
      try await Task.sleep(for: .milliseconds(200))
      #expect(waiting.map(\.status) == [0, 0])
      await holders[0].close()
      #expect(await eventually { waiting.contains { $0.status == 200 } })
      #expect(waiting.count { $0.status == 200 } == 1)
      await holders[1].close()
      #expect(await eventually { waiting.allSatisfy { $0.status == 200 } })
    }
  }

  @Test("A body that stops coming ends the connection at the read timeout")
  func slowBody() async throws {
    try await withListener {
      $0.readTimeout = .milliseconds(200)
    } _: { _, address in
      let connection = try await RawConnection.open(address)
      await connection.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nbegun")
      #expect(await eventually { connection.isClosed })
      #expect(!connection.text.contains("200"))
    }
  }

  @Test("A connection without requests ends at the read timeout, and lives as long as it is used")
  func idle() async throws {
    try await withListener {
      $0.readTimeout = .seconds(3)
    } _: { _, address in
      let isLiving = try await livesWhileUsed(address, by: { await $0.get("/used") }) { connection, rounds in
        connection.text.components(separatedBy: "GET /used 0").count == rounds + 1
      }
      #expect(isLiving)
    }
  }

  static let heads = [
    "GET /\(String(repeating: "a", count: 80_000)) HTTP/1.1\r\nHost: test\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: test\r\nX-Long: \(String(repeating: "a", count: 80_000))\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: test\r\n" + (0..<500).map { "X-\($0): 1\r\n" }.joined() + "\r\n",
    "GET /\(String(repeating: "a", count: 80_000))",
    "GET / HTTP/1.1\r\n" + (0..<30_000).map { "X-\($0): 1\r\n" }.joined(),
  ]

  @Test("A head that is too long, or has too many headers, is refused and the connection ends", arguments: heads)
  func longHeads(head: String) async throws {
    try await withListener { _, address in
      let connection = try await RawConnection.open(address)
      await connection.send(head)
      #expect([400, 431].contains(await connection.answer()))
      #expect(await eventually { connection.isClosed })
    }
  }

  @Test("Heads up to the bound are served, one after the other")
  func fittingHeads() async throws {
    try await withListener { _, address in
      let connection = try await RawConnection.open(address)
      for round in 1...5 {
        await connection.get("/\(round)", ["X-Long": String(repeating: "a", count: 50_000)])
        #expect(await eventually { connection.text.contains("GET /\(round) 0") }, "round \(round)")
      }
    }
  }

  @Test("Stopping lets a request under way finish, ends the others, and frees the address")
  func stop() async throws {
    let options = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    let listener = WebListener(options, logger: .quiet)
    let begun = Mutex<Set<String>>([])
    let address = try await listener.start(EchoResponder { path in begun.withLock { _ = $0.insert(path) } })
    let idle = try await RawConnection.open(address)
    await idle.get("/")
    #expect(await idle.answer() == 200)
    let busy = try await RawConnection.open(address)
    await busy.send("POST /busy HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab")
    #expect(await eventually { begun.withLock { $0.contains("/busy") } })
    async let stopped: Void = listener.stop()
    #expect(await eventually { idle.isClosed })
    await busy.send("cd")
    #expect(await busy.answer() == 200)
    await stopped
    #expect(listener.addresses.isEmpty)
    #expect(await eventually { busy.isClosed })
    let again = WebListener(address, logger: .quiet)
    #expect(try await again.start(EchoResponder()) == address)
    await again.stop()
  }
}
