import Testing

@testable import Receiver

@Suite("Misbehaviour")
struct MisbehaviourTests {
  private let start = ContinuousClock.now

  @Test("Every n-th request meets it, until its time is over")
  func plan() {
    var misbehaviour = Misbehaviour()
    misbehaviour.status = 503
    misbehaviour.every = 3
    misbehaviour.duration = .seconds(30)
    var plan = MisbehaviourPlan()
    #expect(plan.next(at: start) == nil)
    plan.set(misbehaviour, at: start)
    let met = (1...7).map { _ in plan.next(at: start + .seconds(29)) != nil }
    #expect(met == [false, false, true, false, false, true, false])
    #expect(plan.next(at: start + .seconds(30)) == nil)
    #expect(plan.current == nil)
  }

  @Test("All parameters are read")
  func parameters() throws {
    let misbehaviour = try #require(
      try Misbehaviour(parameters: [
        ("status", "503"), ("delay", "1m30s"), ("for", "500ms"), ("every", "3"), ("retry_after", "5"),
        ("drop", "half"), ("read_bytes_per_second", "100"), ("take_data", "true"), ("forget", "true"),
      ]))
    var expected = Misbehaviour()
    expected.status = 503
    expected.delay = .seconds(90)
    expected.duration = .milliseconds(500)
    expected.every = 3
    expected.retryAfter = .seconds(5)
    expected.drop = .half
    expected.readBytesPerSecond = 100
    expected.takesData = true
    expected.forgets = true
    #expect(misbehaviour == expected)
  }

  @Test("Status 0 and no parameters at all clear", arguments: [[("status", "0")], []] as [[(String, String)]])
  func clearing(parameters: [(String, String)]) throws {
    let misbehaviour = try Misbehaviour(parameters: parameters.map { (name: $0.0, value: $0.1) })
    #expect(misbehaviour == nil)
  }

  @Test(
    "What makes no sense is refused with the parameter's name",
    arguments: [
      ("status", "99"), ("status", "600"), ("status", "x"), ("drop", "slowly"), ("delay", "2 s"), ("delay", ""),
      ("delay", "-1s"), ("for", "1y"), ("every", "0"), ("read_bytes_per_second", "-5"), ("retry_after", "1s5"),
      ("take_data", "1"), ("forget", "yes"), ("for", "99999999999999999999s"), ("delay", "9000000000000000000"),
      ("unknown", "1"),
    ])
  func refusals(name: String, value: String) {
    let error = #expect(throws: MisbehaviourError.self) { try Misbehaviour(parameters: [(name, value)]) }
    #expect(error?.description.hasPrefix(name) == true)
  }

  @Test("A delay is never longer than its bound")
  func longDelay() throws {
    let misbehaviour = try Misbehaviour(parameters: [("delay", "2h")])
    #expect(misbehaviour?.delay == Misbehaviour.delayMax)
  }
}
