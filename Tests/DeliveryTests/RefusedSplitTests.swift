import GodwitTesting
import Testing

@testable import Delivery

@Suite("Taking a refused request apart")
struct RefusedSplitTests {
  /// What became of each series, and how many requests that took.
  private struct Story {
    var arrived: [Int] = []
    var quarantined: [Range<Int>] = []
    var requests = 0
    var decided: [Int] { arrived + quarantined.flatMap { Array($0) } }
  }

  /// Plays the split against an endpoint that refuses the parts for which `refuses` is true.
  private func play(_ count: Int, _ refuses: (Range<Int>) -> Bool) -> Story {
    var story = Story()
    var split = RefusedSplit(seriesCount: count)
    while let part = split.next {
      story.requests += 1
      let isRefused = refuses(part)
      if isRefused && split.divide() { continue }
      if isRefused { story.quarantined.append(part) } else { story.arrived += part }
      split.conclude(isRefused: isRefused)
    }
    return story
  }

  private func halvings(_ count: Int) -> Int {
    var halvings = 0
    while 1 << halvings < count { halvings += 1 }
    return halvings
  }

  @Test("The guilty stand alone, all others arrive, within 2k⌈log₂ n⌉ requests", arguments: 0..<200 as Range<UInt64>)
  func guilty(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 2...(seed % 3 == 0 ? 2000 : 40), using: &random)
    let guiltyCount = Int.random(in: 1...min(count, 32), using: &random)
    let guilty = Set((0..<count).shuffled(using: &random).prefix(guiltyCount))
    let story = play(count) { part in part.contains { guilty.contains($0) } }
    let comment: Comment = "seed \(seed), \(guiltyCount) of \(count)"
    #expect(story.arrived == (0..<count).filter { !guilty.contains($0) }, comment)
    #expect(story.quarantined == guilty.sorted().map { $0..<$0 + 1 }, comment)
    #expect(story.requests <= 2 * guiltyCount * halvings(count), comment)
  }

  @Test("Beyond 32 guilty series the rest is left in the parts it is in", arguments: [33, 64, 100, 2000, 50_000])
  func allGuilty(count: Int) {
    let story = play(count) { _ in true }
    #expect(story.decided.sorted() == Array(0..<count))
    #expect(story.quarantined.filter { $0.count == 1 }.count >= 32)
    #expect(story.quarantined.count <= 32 + halvings(count))
    #expect(story.requests <= 64 + 2 * halvings(count))
  }

  @Test("An endpoint that refuses whatever is not alone cannot make it go on for long", arguments: [100, 2000, 50_000])
  func unexplained(count: Int) {
    let story = play(count) { $0.count > 1 }
    #expect(story.decided.sorted() == Array(0..<count))
    #expect(story.requests <= 2 * 32 * halvings(count))
  }

  @Test("One series alone leaves nothing to try", arguments: [0, 1])
  func alone(count: Int) {
    #expect(RefusedSplit(seriesCount: count).next == nil)
  }
}
