import NIOCore
import Testing

@testable import Listening

@Suite("When a connection is given up")
struct ConnectionClockTests {
  static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

  private func clock() -> ConnectionClock {
    ConnectionClock(headTimeout: .seconds(30), readTimeout: .seconds(300), headBytesMax: 100, now: Self.at(0))
  }

  @Test("A new connection owes the head of a request at once")
  func begins() { #expect(clock().deadline == Self.at(30)) }

  @Test("Bytes do not move the deadline of a head that has begun")
  func slowHead() {
    var clock = clock()
    for second in Int64(1)...29 { clock.bytesArrived(1, now: Self.at(second)) }
    #expect(clock.deadline == Self.at(30) && !clock.isHeadTooLarge)
    clock.bytesArrived(72, now: Self.at(29))
    #expect(clock.isHeadTooLarge)
  }

  @Test("The body has the read timeout from the head on, nothing is owed for the answer, and then it may be idle")
  func exchange() {
    var clock = clock()
    clock.bytesArrived(90, now: Self.at(1))
    clock.headRead(now: Self.at(1))
    #expect(clock.deadline == Self.at(301))
    clock.bytesArrived(1_000_000, now: Self.at(2))
    #expect(clock.deadline == Self.at(301) && !clock.isHeadTooLarge)
    clock.requestRead(now: Self.at(3))
    #expect(clock.deadline == nil)
    clock.answerBegun(now: Self.at(1_000))
    #expect(clock.deadline == Self.at(1_300))
    clock.answerEnded(now: Self.at(1_001))
    #expect(clock.deadline == Self.at(1_301))
    clock.bytesArrived(1, now: Self.at(1_100))
    #expect(clock.deadline == Self.at(1_130))
  }

  @Test("An answer before the end of the request leaves the client owing the rest")
  func earlyAnswer() {
    var clock = clock()
    clock.headRead(now: Self.at(1))
    clock.answerBegun(now: Self.at(2))
    clock.answerEnded(now: Self.at(2))
    #expect(clock.deadline == Self.at(301))
    clock.requestRead(now: Self.at(200))
    #expect(clock.deadline == Self.at(500))
  }

  @Test("Requests sent ahead are in no hurry while the first one's answer is made")
  func pipelined() {
    var clock = clock()
    clock.headRead(now: Self.at(1))
    clock.requestRead(now: Self.at(1))
    clock.bytesArrived(10, now: Self.at(2))
    #expect(clock.deadline == nil)
    clock.headRead(now: Self.at(3))
    clock.requestRead(now: Self.at(3))
    clock.answerBegun(now: Self.at(4))
    clock.answerEnded(now: Self.at(4))
    #expect(clock.deadline == nil)
  }

  @Test("A head has no longer than a request as a whole")
  func shortReadTimeout() {
    let clock = ConnectionClock(
      headTimeout: .seconds(30), readTimeout: .seconds(5), headBytesMax: 100, now: Self.at(0))
    #expect(clock.deadline == Self.at(5))
  }
}
