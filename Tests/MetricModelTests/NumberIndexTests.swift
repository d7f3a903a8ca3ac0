import GodwitTesting
import Testing

@testable import MetricModel

@Suite("The index of numbers")
struct NumberIndexTests {
  @Test(
    "It agrees with a dictionary, also where numbers outgrow the room that tags have left them",
    arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var index = NumberIndex()
    var held: [UInt32: UInt64] = [:]
    // From narrow numbers to the widest, so that tags give way on the way.
    let limits: [UInt32] = [1 << 4, 1 << 16, 1 << 17, 1 << 24, 1 << 31, .max - 1]
    for step in 0..<6000 {
      let story: Comment = "seed \(seed), step \(step)"
      let number = UInt32.random(in: 0...limits[step / 1000], using: &random)
      if let hash = held[number] {
        #expect(index.find(hash) { $0 == number } == number, story)
        index.remove(number, hash: hash) { held[$0] ?? 0 }
        held[number] = nil
        #expect(index.find(hash) { $0 == number } == nil, story)
      } else {
        // Many of one hash, and many that share the half that says where they lie.
        let hash =
          random.oneIn(4) ? UInt64.random(in: 0...3, using: &random) : UInt64.random(in: 0 ... .max, using: &random)
        held[number] = hash
        index.insert(number, hash: hash) { held[$0] ?? 0 }
      }
      if random.oneIn(3), let (number, hash) = held.randomElement(using: &random) {
        index.remove(number, hash: hash) { held[$0] ?? 0 }
        held[number] = nil
      }
      #expect(index.count == held.count, story)
      guard step % 500 == 499 else { continue }
      for (number, hash) in held { #expect(index.find(hash) { $0 == number } == number, story) }
    }
  }

  @Test("An index that was emptied holds nothing, however full it was, and fills again", arguments: [0, 1, 40, 5_000])
  func emptied(first: Int) {
    func hash(_ number: UInt32) -> UInt64 { UInt64(number) &* 0x9e37_79b9_7f4a_7c15 }
    var index = NumberIndex()
    for round in 0..<4 {
      let numbers = 0..<UInt32(round == 0 ? first : 20 * round)
      for number in numbers { index.insert(number, hash: hash(number), hashOf: hash) }
      for number in numbers { #expect(index.find(hash(number)) { $0 == number } == number) }
      index.removeAll()
      #expect(index.count == 0)
      for number in numbers { #expect(index.find(hash(number)) { _ in true } == nil) }
    }
  }

  @Test("Contents of other hashes are hardly ever looked at")
  func tags() {
    var random = SeededRandom(seed: 7)
    let hashes = (0..<50_000).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
    var index = NumberIndex()
    for (number, hash) in hashes.enumerated() { index.insert(UInt32(number), hash: hash) { hashes[Int($0)] } }
    var looks = 0
    for _ in 0..<10_000 {
      let found = index.find(.random(in: 0 ... .max, using: &random)) { _ in
        looks += 1
        return false
      }
      #expect(found == nil)
    }
    #expect(looks < 100, "\(looks) looks")
  }
}
