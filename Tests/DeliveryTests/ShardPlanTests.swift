import Settings
import Testing

@testable import Delivery

@Suite("The shard plan")
struct ShardPlanTests {
  private static func observation(
    taken: Double = 0, settled: Double? = nil, sent: Double? = nil, sendSeconds: Double = 0, waiting: Double = 0,
    hadRetries: Bool = false
  ) -> DeliveryObservation {
    DeliveryObservation(
      seconds: 10, taken: taken, settled: settled ?? taken, sent: sent ?? settled ?? taken, sendSeconds: sendSeconds,
      waiting: waiting, hadRetries: hadRetries)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var story: String
    var observation: DeliveryObservation
    var current: Int
    var desired: Double
    var chosen: Int
    var reason: String
    var testDescription: String { story }
  }

  @Test(
    "Chooses by its arithmetic",
    arguments: [
      Case(
        story: "10000/s at 0.1 ms each is one shard's work", observation: observation(taken: 100_000, sendSeconds: 10),
        current: 1, desired: 1, chosen: 1, reason: "close enough"),
      Case(
        story: "half a millisecond each asks for five", observation: observation(taken: 100_000, sendSeconds: 50),
        current: 1, desired: 5, chosen: 5, reason: "to keep up"),
      Case(
        story: "a twentieth of the backlog comes on top",
        observation: observation(taken: 100_000, sendSeconds: 10, waiting: 600_000), current: 1, desired: 4, chosen: 4,
        reason: "to keep up"),
      Case(
        story: "a fraction is rounded up", observation: observation(taken: 100_000, sendSeconds: 14), current: 1,
        desired: 1.4, chosen: 2, reason: "to keep up"),
      Case(
        story: "only what is kept has to be sent",
        observation: observation(taken: 100_000, settled: 100_000, sent: 25_000, sendSeconds: 25), current: 1,
        desired: 2.5, chosen: 3, reason: "to keep up"),
      Case(
        story: "less work, fewer shards", observation: observation(taken: 100_000, sendSeconds: 20), current: 8,
        desired: 2, chosen: 2, reason: "to keep up"),
      Case(
        story: "not fewer while there is a backlog",
        observation: observation(taken: 100_000, sendSeconds: 10, waiting: 150_000), current: 8, desired: 1.75,
        chosen: 8, reason: "still catching up"),
      Case(
        story: "not more while the endpoint refuses",
        observation: observation(taken: 100_000, sendSeconds: 90, hadRetries: true), current: 2, desired: 9, chosen: 2,
        reason: "the endpoint is refusing or unreachable; more shards would not help"),
      Case(
        story: "never more than allowed", observation: observation(taken: 100_000, sendSeconds: 9000), current: 4,
        desired: 900, chosen: 20, reason: "to keep up"),
      Case(
        story: "at the bound it stays", observation: observation(taken: 100_000, sendSeconds: 9000), current: 20,
        desired: 900, chosen: 20, reason: "at the bound"),
      Case(
        story: "nothing known, nothing changed", observation: observation(waiting: 1e9), current: 3, desired: 3,
        chosen: 3, reason: "nothing was sent yet"),
    ])
  func table(entry: Case) {
    var plan = ShardPlan()
    plan.observe(entry.observation)
    var queue = QueueSettings()
    queue.maxShards = 20
    let explanation = plan.propose(current: entry.current, observation: entry.observation, queue: queue)
    #expect(abs(explanation.desired - entry.desired) < 1e-9)
    #expect(explanation.chosen == entry.chosen)
    #expect(explanation.reason == entry.reason)
    #expect(explanation.description.contains("\(entry.chosen) chosen"))
  }

  @Test(
    "A number outside the bounds is brought inside, even before anything was sent",
    arguments: [(1, 4), (90, 20), (7, 7)])
  func bounds(current: Int, chosen: Int) {
    var queue = QueueSettings()
    queue.minShards = 4
    queue.maxShards = 20
    let plan = ShardPlan()
    #expect(plan.propose(current: current, observation: Self.observation(), queue: queue).chosen == chosen)
  }

  @Test("One odd observation among many moves the plan by a fifth of the way")
  func smoothing() {
    var plan = ShardPlan()
    let usual = Self.observation(taken: 1000, sendSeconds: 10)
    for _ in 0..<10 { plan.observe(usual) }
    let odd = Self.observation(taken: 2000, sendSeconds: 20)
    plan.observe(odd)
    let explanation = plan.propose(current: 1, observation: odd, queue: QueueSettings())
    #expect(abs(explanation.samplesPerSecondIn - 120) < 1e-6)
    #expect(abs(explanation.desired - 1.2) < 1e-6)
  }

  @Test("An observation of no time is ignored")
  func noTime() {
    var plan = ShardPlan()
    var empty = Self.observation(taken: 5, sendSeconds: 5)
    empty.seconds = 0
    plan.observe(empty)
    #expect(plan == ShardPlan())
  }

  @Test("After days without a sample the plan still has an answer")
  func longSilence() {
    var plan = ShardPlan()
    plan.observe(Self.observation(taken: 100_000, sendSeconds: 50))
    for _ in 0..<20_000 { plan.observe(Self.observation()) }
    let chosen = plan.propose(current: 5, observation: Self.observation(), queue: QueueSettings()).chosen
    #expect((1...50).contains(chosen))
  }
}
