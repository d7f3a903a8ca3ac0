import GodwitTesting
import Testing

@testable import EventLoops

@Suite("Timers") struct TimerHeapTests {
  private final class Rings { var numbers: [Int] = [] }

  @Test(
    "They ring in the order of their times, and of one time in the order in which they were set; patient ones when looked for",
    arguments: SeededRandom.seeds, [0, 50])
  func model(seed: UInt64, toleranceMax: UInt64) {
    var random = SeededRandom(seed: seed)
    var heap = TimerHeap<TimerRing>()
    /// By the order in which they were set; `time` is when it has to ring, `name` what the heap calls it.
    var model: [(start: UInt64, time: UInt64, order: Int, name: UInt64)] = []
    let rings = Rings()
    for step in 0..<3_000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let time = UInt64.random(in: 0..<200, using: &random)
        let tolerance = UInt64.random(in: 0...toleranceMax, using: &random)
        let ring = TimerRing { rings.numbers.append(step) }
        let name = heap.set(at: LoopInstant(nanoseconds: time), tolerance: .nanoseconds(Int64(tolerance)), ring)
        model.append((time, time + tolerance, step, name))
      case 2:
        guard let gone = model.randomElement(using: &random) else { continue }
        for _ in 0..<2 { heap.callOff(gone.name) }
        model.removeAll { $0.order == gone.order }
      default:
        let now = UInt64.random(in: 0..<200, using: &random)
        let due = model.filter { $0.time <= now }.min { ($0.time, $0.order) < ($1.time, $1.order) }
        let possible = model.filter { $0.start <= now }.map(\.order)
        heap.takeDue(by: LoopInstant(nanoseconds: now))?.call()
        let rung = rings.numbers.last
        if let due { #expect(rung == due.order, "seed \(seed), step \(step)") }
        #expect(rung.map(possible.contains) ?? possible.isEmpty, "seed \(seed), step \(step)")
        rings.numbers = []
        model.removeAll { $0.order == rung }
      }
      #expect(heap.earliest?.nanoseconds == model.map(\.time).min() && heap.isEmpty == model.isEmpty, "seed \(seed)")
    }
  }

  @Test("No duration is too long for the clock, and a negative one is none")
  func saturation() {
    let now = LoopInstant.now
    #expect(now + .seconds(Int64.max) == .distantFuture)
    #expect(now + .seconds(-1) == now && now + .nanoseconds(7) > now)
    #expect(LoopInstant.distantFuture + .nanoseconds(1) == .distantFuture)
  }

  private final class Nobody: Watched { func becameReady(canWrite: Bool, canRead: Bool) {} }

  @Test("What was said of a socket that is gone reaches nobody, also when its place is taken again")
  func names() {
    var watched = WatchedSockets()
    let first = Nobody()
    let second = Nobody()
    let name = watched.add(first)
    #expect(watched[name] === first && !watched.isEmpty)
    watched.remove(name)
    watched.remove(name)
    #expect(watched[name] == nil && watched.isEmpty)
    let next = watched.add(second)
    #expect(watched[name] == nil && watched[next] === second && next != name)
    watched.remove(name)
    #expect(watched[next] === second)
    #expect(watched[.max] == nil)
  }
}
