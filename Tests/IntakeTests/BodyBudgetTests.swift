import GodwitTesting
import Testing

@testable import Intake

@Suite("The budget of bodies")
struct BodyBudgetTests {
  @Test("No course of events holds more than the budget, and all of it comes back", arguments: SeededRandom.seeds)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var budget = BodyBudget(bytesMax: 1000)
    var held: [Int] = []
    for _ in 0..<2000 {
      if random.oneIn(2), let index = held.indices.randomElement(using: &random) {
        budget.give(back: held.remove(at: index))
      } else {
        let bytes = Int.random(in: -5...600, using: &random)
        let before = budget.heldBytes
        let fits = bytes >= 0 && before + bytes <= 1000
        let isTaken = budget.take(bytes)
        #expect(isTaken == fits, "seed \(seed)")
        if fits { held.append(bytes) }
      }
      #expect(budget.heldBytes == held.reduce(0, +), "seed \(seed)")
    }
    let isTaken = budget.take(.max)
    #expect(!isTaken)
  }

  @Test("What a request held goes back with it")
  func holding() {
    let allowance = BodyAllowance(bytesMax: 100)
    let one = HeldBytes(of: allowance)
    let other = HeldBytes(of: allowance)
    let answers = [one.take(60), other.take(41), other.take(40)]
    #expect(answers == [true, false, true])
    #expect(allowance.heldBytes == 100)
    one.end()
    #expect(allowance.heldBytes == 40)
    other.end()
    #expect(allowance.heldBytes == 0)
  }
}
