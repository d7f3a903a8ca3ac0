import Dispatch
import NIOCore
import NIOPosix
import Testing

@testable import Listening

@Suite("The gate for connections")
struct ConnectionGateTests {
  @Test("A listener accepts again when there is room, in whichever order threads come and go")
  func comingAndGoing() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let listener = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
    // Of a connection only its loop and its end matter to the gate.
    let visitor = try await ClientBootstrap(group: group).connect(to: #require(listener.localAddress)).get()
    let gate = ConnectionGate(connectionsMax: 2)
    gate.add(listener)
    var pausedRounds = 0
    for _ in 0..<500 {
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for _ in 0..<20 {
          _ = gate.enter(visitor)
          gate.leave()
        }
      }
      #expect(gate.counts == (0, 0))
      if try await !listener.getOption(.autoRead).get() {
        pausedRounds += 1
        try await listener.setOption(.autoRead, value: true).get()
      }
    }
    #expect(pausedRounds == 0)
    try await visitor.close()
    try await listener.close()
  }
}
