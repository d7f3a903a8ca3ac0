import Settings
import Testing

@testable import Sizing

@Suite("The simulator")
struct QueueSimulationTests {
  private func simulation(
    rate: Double = 20_000, latency: Double = 0.2, program: SenderProgram = .godwit,
    _ change: (inout QueueSettings, inout EndpointModel) -> Void = { _, _ in }
  ) -> QueueSimulation {
    var queue = program.defaults
    var endpoint = EndpointModel(latency: latency, bytesPerSample: 20)
    change(&queue, &endpoint)
    return QueueSimulation(program: program, queue: queue, endpoint: endpoint, rate: rate)
  }

  @Test("The same seed gives the same course, another one another", arguments: SenderProgram.allCases)
  func deterministic(_ program: SenderProgram) {
    var one = simulation(program: program)
    #expect(one.run() == one.run())
    let first = one.run()
    one.seed = 2
    #expect(one.run() != first)
  }

  @Test("What comes in is acknowledged, refused, thrown away or waits", arguments: 1...8)
  func conserved(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let (rate, latency) = (1000 + 50_000 * random.next(), 0.01 + 2 * random.next())
    var setting = simulation(rate: rate, latency: latency) { queue, endpoint in
      queue.maxShards = 1 + Int(random.next() * 20)
      queue.maxSamplesPerSend = 100 + Int(random.next() * 5000)
      queue.retryOnRateLimit = random.next() < 0.5
      endpoint.refusedShare = random.next() * 0.2
      endpoint.limit = random.next() < 0.5 ? 20_000 : nil
      endpoint.bandwidth = random.next() < 0.5 ? 400_000 : nil
    }
    setting.program = random.next() < 0.5 ? .godwit : .prometheus
    setting.waiting = 10_000 * random.next()
    setting.seed = UInt64(seed)
    let course = setting.run()
    let sum = course.acknowledged + course.refused + course.thrownAway + course.waitingAtEnd
    #expect(abs(sum - course.taken) < 1e-6 * course.taken + 1, "seed \(seed)")
    #expect(course.points.allSatisfy { $0.shards >= 1 && $0.shards <= setting.queue.maxShards })
  }

  @Test("Throughput is what the formula says: shards × batch ÷ latency")
  func ceiling() {
    let course = simulation(rate: 100_000, latency: 0.5) { queue, _ in
      (queue.maxShards, queue.minShards, queue.maxSamplesPerSend) = (4, 4, 2000)
    }.run()
    let rate = course.acknowledged / course.seconds
    #expect(abs(rate - 16_000) < 800, "\(rate)")
    #expect(course.growth > 80_000)
  }

  @Test("The agent's own plan raises shards to what is needed, and says how")
  func plan() {
    let course = simulation(rate: 50_000, latency: 0.5) { queue, _ in queue.maxSamplesPerSend = 2000 }.run()
    #expect(course.caughtUpAt != nil)
    #expect((13...50).contains(course.points.last?.shards ?? 0))
    #expect(course.plan.contains("samples/s"))
  }

  @Test("A link carries what it carries, however many shards there are", arguments: [5, 50])
  func bandwidth(_ shards: Int) {
    let course = simulation(rate: 50_000) { queue, endpoint in
      queue.maxShards = shards
      endpoint.bandwidth = 400_000
    }.run()
    #expect(abs(course.acknowledged / course.seconds - 20_000) < 1000)
  }

  @Test("A limit lets in what it says; a 429 that is not tried again is lost", arguments: [true, false])
  func limit(_ retries: Bool) {
    let course = simulation(rate: 20_000, program: .prometheus) { queue, endpoint in
      endpoint.limit = 10_000
      queue.retryOnRateLimit = retries
    }.run()
    #expect(course.acknowledged / course.seconds < 10_500)
    #expect((course.thrownAway > 0) == !retries)
    #expect((course.waitingAtEnd > 1_000_000) == retries)
  }

  @Test("Processor time is a bound like any other")
  func processor() {
    let course = simulation(rate: 50_000) { _, endpoint in endpoint.cpuPerSample = 1 / 10_000 }.run()
    #expect(abs(course.acknowledged / course.seconds - 10_000) < 500)
  }

  @Test("Nothing comes in, nothing is sent")
  func idle() {
    let course = simulation(rate: 0).run()
    #expect(course.requests == 0 && course.waitingAtEnd == 0 && course.caughtUpAt == 0)
  }

  @Test("A plot is the same bytes each time, with both courses and no character that XML forbids")
  func plot() {
    let (slow, fast) = (simulation(rate: 100_000, latency: 5).run(), simulation().run())
    let plot = QueuePlot(title: "a <b> & \"c\"", today: slow, proposed: fast)
    #expect(plot.svg == plot.svg)
    #expect(plot.svg.contains("a &lt;b&gt; &amp; &quot;c&quot;"))
    #expect(plot.svg.components("<polyline").count == 5)
    #expect(plot.svg.contains("prefers-color-scheme: dark"))
    #expect(QueuePlot(title: "", today: slow, proposed: nil).svg.components("<polyline").count == 3)
  }

  @Test("Axes end at round numbers", arguments: [(1.0, 1.0), (3, 5), (7, 10), (11, 20), (4200, 5000)])
  func ceilings(_ value: Double, _ ceiling: Double) { #expect(QueuePlot.roundCeiling(value) == ceiling) }
}

extension String {
  func components(_ separator: String) -> [Substring] { split(separator: separator, omittingEmptySubsequences: false) }
}
