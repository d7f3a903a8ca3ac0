import AgentConfiguration
import Diagnostics
import Settings
import Testing

@Suite("No text makes the reader trap")
struct MutationTests {
  private static let sources = GoldenCase.all.filter { $0.config.utf8.count > 150 }.map(\.config)

  @Test("Every truncation of a valid file is read or refused, with findings inside the text")
  func truncations() {
    for source in Self.sources.prefix(12) {
      let scalars = Array(source.unicodeScalars)
      for count in stride(from: 0, through: scalars.count, by: 3) {
        check(String(String.UnicodeScalarView(scalars[..<count])))
      }
    }
  }

  @Test("Random mutations of valid files are read or refused", arguments: [1, 2, 3, 4] as [UInt64])
  func mutations(seed: UInt64) {
    var random = SplitMix(state: seed)
    let alphabet = Array("[]{}:,-?&*!|>'\"%@`#\n\t 0x~<\\ä\u{1}\u{E000}\u{2028}".unicodeScalars)
    for _ in 0..<400 {
      var scalars = Array(Self.sources[random.below(Self.sources.count)].unicodeScalars)
      for _ in 0...random.below(4) where !scalars.isEmpty {
        let (index, other) = (random.below(scalars.count), random.below(scalars.count))
        switch random.below(4) {
        case 0: scalars[index] = alphabet[random.below(alphabet.count)]
        case 1: scalars.insert(alphabet[random.below(alphabet.count)], at: index)
        case 2: scalars.removeSubrange(min(index, other)..<max(index, other))
        default: scalars.insert(contentsOf: scalars[min(index, other)..<max(index, other)], at: index)
        }
      }
      check(String(String.UnicodeScalarView(scalars)), "seed \(seed)")
    }
  }

  @Test("Aliases that unfold without end, and nesting without end, are refused")
  func bombs() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(read(bomb).errors.map(\.id) == ["GW112"])
    #expect(SecretRedactor.rendering(bomb) == nil)
    for deep in [String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000) + "x"] {
      #expect(!read(deep).errors.isEmpty)
      #expect(TargetFile.read(text: deep, path: "t.yml").groups == nil)
    }
    let nested = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(read(nested).errors.map(\.id) == ["GW112"])
  }

  private func check(_ text: String, _ story: String = "") {
    let result = read(text)
    #expect((result.settings == nil) == !result.errors.isEmpty, "\(story)\n\(text)")
    let lines = text.unicodeScalars.count { $0.properties.isWhitespace && $0 != " " && $0 != "\t" } + 1
    for finding in result.findings {
      #expect((1...lines).contains(finding.line ?? 0), "\(story) \(finding.text)\n\(text)")
      #expect(finding.column ?? 0 >= 1, "\(story) \(finding.text)\n\(text)")
    }
    _ = SecretRedactor.rendering(text)
    _ = TargetFile.read(text: text, path: "t.json")
  }
}

/// SplitMix64, so that a seed says it all.
struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    // Wrapping is what the generator is defined by.
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ (mixed >> 31)) % UInt64(max(1, bound)))
  }
}
