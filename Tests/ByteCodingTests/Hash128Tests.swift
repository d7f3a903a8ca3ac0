import ByteCoding
import GodwitTesting
import Testing

@Suite("The hash of 128 bits")
struct Hash128Tests {
  private static func digest(_ bytes: [UInt8], _ hash: Hash128 = .process) -> (Hash128.Digest, UInt64) {
    var highBits: UInt64 = 0
    return (hash(bytes.span, highBits: &highBits), highBits)
  }

  private static func random(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
    (0..<count).map { _ in .random(in: 0...255, using: &random) }
  }

  @Test("Equal bytes have equal digests, wherever they lie, and other seeds have others", arguments: 0...70)
  func stable(count: Int) {
    var random = SeededRandom(seed: UInt64(count))
    let bytes = Self.random(count, &random)
    let padded = [1, 2, 3] + bytes + [4]
    var highBits: UInt64 = 0
    let (digest, _) = Self.digest(bytes)
    #expect(Hash128.process(padded.span.extracting(3..<3 + count), highBits: &highBits) == digest)
    #expect(Self.digest(bytes, Hash128(seeds: (1, 2))).0 != Self.digest(bytes, Hash128(seeds: (1, 3))).0)
    #expect(Self.digest(bytes, Hash128(seeds: (1, 2))).0 == Self.digest(bytes, Hash128(seeds: (1, 2))).0)
  }

  // Of 0 to 40 bytes: shorter than a word, than two, the last step overlapping the one before or not.
  @Test("A bit that changes, a zero more and a byte less change both halves", arguments: 0...40)
  func everyByteCounts(count: Int) {
    var random = SeededRandom(seed: UInt64(count) + 100)
    let bytes = Self.random(count, &random)
    var all = [bytes, bytes + [0], [0] + bytes]
    if count > 0 { all.append(Array(bytes.dropLast())) }
    for bit in 0..<8 * count {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      all.append(changed)
    }
    // A zero before nothing is a zero behind it, and a text without its last byte may be what is there already.
    let different = Set(all)
    let digests = different.map { Self.digest($0).0 }
    #expect(Set(digests.map(\.low)).count == different.count)
    #expect(Set(digests.map(\.high)).count == different.count)
  }

  @Test("The high bits tell of a byte beyond ASCII at any place, and of nothing else", arguments: 0...40)
  func highBits(count: Int) {
    let plain = [UInt8](repeating: 0x7f, count: count)
    #expect(Self.digest(plain).1 == 0)
    for place in 0..<count {
      var bytes = plain
      bytes[place] = 0x80
      #expect(Self.digest(bytes).1 != 0, "at \(place)")
    }
  }

  @Test(
    "A chain or a sum depends on each digest, on their order and on where a pair begins",
    arguments: SeededRandom.seeds, [false, true])
  func chains(seed: UInt64, isSum: Bool) {
    var random = SeededRandom(seed: seed)
    let hash = Hash128(seeds: (random.next(), random.next()))
    let parts = (0..<4).map { _ in Self.digest(Self.random(9, &random), hash).0 }
    func chain(_ order: [Int]) -> Hash128.Digest {
      if isSum {
        var sum = hash.start
        for place in stride(from: 0, to: order.count, by: 2) {
          sum.add(hash.part(parts[order[place]], parts[order[place + 1]], at: UInt32(place)))
        }
        return sum
      }
      return stride(from: 0, to: order.count, by: 2).reduce(hash.start) {
        hash.combine($0, parts[order[$1]], parts[order[$1 + 1]])
      }
    }
    let orders = [
      [], [0, 1], [1, 0], [0, 0], [1, 1], [0, 1, 2, 3], [2, 3, 0, 1], [1, 0, 2, 3], [0, 2, 1, 3], [0, 1, 3, 2],
      [3, 2, 1, 0], [0, 1, 0, 1], [0, 1, 0, 1, 0, 1],
    ]
    let digests = orders.map(chain)
    #expect(Set(digests.map(\.low)).count == orders.count, "seed \(seed)")
    #expect(Set(digests.map(\.high)).count == orders.count, "seed \(seed)")
  }

  @Test("A hundred thousand texts that differ little have as many digests in each half")
  func spread() {
    var digests: [Hash128.Digest] = []
    for number in 0..<100_000 { digests.append(Self.digest(Array("instance-\(number).example:9100".utf8)).0) }
    #expect(Set(digests.map(\.low)).count == digests.count)
    #expect(Set(digests.map(\.high)).count == digests.count)
    // What finds a place in a table are the lowest bits: each of 256 places gets its share, about 390.
    var shares = [Int](repeating: 0, count: 256)
    for digest in digests { shares[Int(digest.low & 0xff)] += 1 }
    #expect(shares.allSatisfy { (250...550).contains($0) })
  }
}
