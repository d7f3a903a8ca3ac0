import RemoteWriteProtocol
import Testing

@testable import Receiver

@Suite("A receiver that misbehaves on request")
struct MisbehavingReceiverTests {
  private let body = TestRequest.v2([TestSeries("up", at: 1)])

  @Test(
    "A status is answered with Retry-After, nothing is written, and clearing ends it",
    arguments: [
      ("POST", "/api/v1/receive/misbehave?status=0"), ("DELETE", "/api/v1/receive/misbehave"),
    ])
  func statusAndClearing(method: String, target: String) async throws {
    try await withReceiver { receiver, client in
      let asked = try await client.send("POST", "/api/v1/receive/misbehave?status=503&retry_after=5")
      #expect(asked.status == 204)
      let bad = try await client.write(.v2, body)
      #expect(bad.status == 503)
      #expect(bad.headers["retry-after"] == "5")
      #expect(bad.written == ["0", "0", "0"])
      _ = try await client.send(method, target)
      let good = try await client.write(.v2, body)
      #expect(good.status == 204)
      #expect(receiver.report().misbehaved == 1)
      #expect(receiver.report().duplicates == 0)
    }
  }

  @Test("Every second request fails and the others succeed")
  func everySecond() async throws {
    var misbehaviour = Misbehaviour()
    misbehaviour.status = 500
    misbehaviour.every = 2
    try await withReceiver {
      $0.misbehaviour = misbehaviour
    } _: { _, client in
      var statuses: [Int] = []
      for _ in 0..<4 { statuses.append(try await client.write(.v2, body).status) }
      #expect(statuses == [204, 500, 204, 500])
    }
  }

  @Test("The connection ends without an answer, as asked", arguments: Misbehaviour.Drop.allCases)
  func drops(drop: Misbehaviour.Drop) async throws {
    try await withReceiver { receiver, client in
      _ = try await client.send("POST", "/api/v1/receive/misbehave?drop=\(drop.rawValue)&every=1")
      let answer = try await client.write(.v2, body)
      switch drop {
      case .close:
        #expect(answer.status == 0 && !answer.isReset)
      case .reset:
        #expect(answer.status == 0 && answer.isReset)
      case .half:
        #expect(answer.status == 200)
        #expect(!answer.isComplete && !answer.body.isEmpty)
      }
      #expect(receiver.report().samples == 0)
      #expect(receiver.report().requests.map(\.status) == [0])
    }
  }

  @Test("Data may be taken and only the answer lost, so that the sender's retry is a duplicate")
  func lostAnswer() async throws {
    try await withReceiver { receiver, client in
      _ = try await client.send("POST", "/api/v1/receive/misbehave?drop=close&take_data=true")
      _ = try await client.write(.v2, body)
      receiver.misbehave(nil)
      expectStatus(204, try await client.write(.v2, body))
      #expect(receiver.report().samples == 2)
      #expect(receiver.report().duplicates == 1)
    }
  }

  @Test("Data may be forgotten behind the answer of success")
  func forgetting() async throws {
    try await withReceiver { receiver, client in
      _ = try await client.send("POST", "/api/v1/receive/misbehave?forget=true")
      let answer = try await client.write(.v2, body)
      #expect(answer.status == 204)
      #expect(answer.written == ["1", "0", "0"])
      #expect(receiver.report().samples == 0)
      #expect(receiver.report().series == 0)
      #expect(receiver.report().misbehaved == 1)
    }
  }

  @Test("A delay and a slow read put the right answer off", arguments: ["delay=60ms", "read_bytes_per_second=1000"])
  func slowness(parameters: String) async throws {
    try await withReceiver { receiver, client in
      _ = try await client.send("POST", "/api/v1/receive/misbehave?\(parameters)")
      let start = ContinuousClock.now
      let answer = try await client.write(.v2, body)
      #expect(answer.status == 204)
      #expect(start.duration(to: .now) >= .milliseconds(40))
      #expect(receiver.report().misbehaved == 1)
    }
  }

  @Test("What makes no sense is refused with 400 and changes nothing")
  func nonsense() async throws {
    try await withReceiver { _, client in
      let answer = try await client.send("POST", "/api/v1/receive/misbehave?status=99")
      #expect(answer.status == 400)
      #expect(answer.body.hasPrefix("status"))
      expectStatus(204, try await client.write(.v2, body))
    }
  }
}
