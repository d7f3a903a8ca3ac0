import Testing

@testable import CostBounds

@Suite("Bounds on what a sample costs")
struct CostBoundsTests {
  private static let document = """
    # A page

    | stage | instructions | allocations |
    |---|---:|---:|
    | parser | 120.5 | 0.0 |
    | scrape-first | 900 | 2.25 |

    And more.
    """

  @Test("The rows of the table are read")
  func reading() throws {
    let bounds = try CostBounds(reading: Self.document)
    #expect(bounds.stages == ["parser", "scrape-first"])
    #expect(bounds["parser"] == Cost(instructions: 120.5, allocations: 0))
    #expect(bounds["scrape-first"] == Cost(instructions: 900, allocations: 2.25))
    #expect(bounds["snappy"] == nil)
  }

  @Test("New rows replace the old ones and nothing else, and are read back as they were written")
  func writing() throws {
    let cost = Cost(instructions: 99.9, allocations: 0.0123)
    let written = try CostBounds(reading: Self.document).document(with: [("snappy", cost)])
    #expect(written.hasPrefix("# A page\n\n| stage |"))
    #expect(written.hasSuffix("|\n\nAnd more."))
    let again = try CostBounds(reading: written)
    #expect(again.stages == ["snappy"])
    #expect(again["snappy"] == cost)
  }

  @Test(
    "A row that cannot be read is named by its line",
    arguments: ["| parser |", "| parser | many | 0 |", "| parser | -1 | 0 |", "| parser | 1 | nan |"])
  func badRows(row: String) {
    #expect(throws: CostBounds.Fault.row(line: 3)) { try CostBounds(reading: "|a|\n|---|\n\(row)") }
  }

  @Test("A stage has one bound")
  func repeatedRow() {
    #expect(throws: CostBounds.Fault.row(line: 3)) { try CostBounds(reading: "|-|\n|a|1|1|\n|a|2|1|\n") }
  }

  @Test("A document without a table is refused")
  func noTable() {
    #expect(throws: CostBounds.Fault.noTable) { try CostBounds(reading: "# A page\n") }
  }

  @Test(
    "A figure may be above its bound by the tolerance and no more",
    arguments: [
      (100, 0, CostVerdict.within), (102.9, 0.0009, .within), (103.1, 0, .above), (100, 0.0011, .above),
      (90.1, 0, .within), (89.9, 0, .below),
    ])
  func verdicts(instructions: Double, allocations: Double, verdict: CostVerdict) {
    let measured = Cost(instructions: instructions, allocations: allocations)
    #expect(CostTolerance.verdict(on: measured, bound: Cost(instructions: 100, allocations: 0)) == verdict)
  }

  @Test(
    "Where there are many allocations the tolerance is a part of them",
    arguments: [(2.05, CostVerdict.within), (2.07, .above), (1.7, .below)])
  func manyAllocations(allocations: Double, verdict: CostVerdict) {
    let measured = Cost(instructions: 100, allocations: allocations)
    #expect(CostTolerance.verdict(on: measured, bound: Cost(instructions: 100, allocations: 2)) == verdict)
  }

  @Test("A stage without a bound is told apart")
  func unbounded() {
    #expect(CostTolerance.verdict(on: Cost(instructions: 1, allocations: 0), bound: nil) == .unbounded)
  }
}
