/// Random numbers that follow from a seed, the same in every run (SplitMix64), so that every agent reads the same page.
struct MixRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // Wrapping is what the generator is defined by.
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// `count` hexadecimal digits, 16 at most.
  mutating func hex(_ count: Int) -> String {
    let digits = String(next(), radix: 16)
    return String((String(repeating: "0", count: 16 - digits.utf8.count) + digits).suffix(count))
  }
}
