import Foundation
import FuzzTargets
import GodwitTesting
import Testing

@Suite("Parsers of bytes from outside")
struct FuzzTargetsTests {
  private static let found = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Found")

  /// The inputs that broke a target once.
  private static func found(of target: FuzzTarget) -> [URL] {
    let folder = found.appending(path: target.name)
    return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
  }

  @Test("survive what once broke them", arguments: FuzzTarget.all)
  func found(target: FuzzTarget) throws {
    for file in Self.found(of: target) { target.run([UInt8](try Data(contentsOf: file))) }
  }

  @Test("are each known by the folder of what broke them")
  func folders() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.found.path).filter { $0 != "README.md" }
    #expect(Set(names).isSubset(of: FuzzTarget.all.map(\.name)))
  }

  @Test("survive their seeds and random changes to them", arguments: FuzzTarget.all, SeededRandom.seeds)
  func changes(target: FuzzTarget, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for seed in target.seeds() + [[]] {
      target.run(seed)
      for _ in 0..<60 { target.run(Self.changed(seed, using: &random)) }
    }
  }

  /// A few bytes overwritten, taken out, doubled, or the rest cut off.
  private static func changed(_ input: [UInt8], using random: inout SeededRandom) -> [UInt8] {
    var input = input
    for _ in 0..<Int.random(in: 1...4, using: &random) where !input.isEmpty {
      let place = Int.random(in: 0..<input.count, using: &random)
      let end = min(input.count, place + Int.random(in: 1...8, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: input[place] = UInt8.random(in: 0...255, using: &random)
      case 1: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: input.removeSubrange(place..<end)
      case 3: input.insert(contentsOf: input[place..<end], at: place)
      default: input.removeSubrange(place...)
      }
    }
    return input
  }
}
