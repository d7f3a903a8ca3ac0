import CostBounds
import Foundation

/// All stages on the scale, one after another.
final class CostGate {
  private let bounds: CostBounds
  private let scale: Scale
  private(set) var rows: [(stage: String, cost: Cost)] = []

  init(bounds: CostBounds) throws {
    self.bounds = bounds
    scale = try Scale()
  }

  /// Measures every stage, and shows each beside its bound.
  func measure() throws {
    print(Self.line("stage", "instructions", "bound", "allocations", "bound"))
    for stage in try scale.stages() {
      let cost = try scale.weigh(stage)
      rows.append((stage, cost))
      let bound = bounds[stage]
      print(
        Self.line(
          stage, "\(cost.instructions.rounded(to: 1))", bound.map { "\($0.instructions)" } ?? "none",
          "\(cost.allocations.rounded(to: 4))", bound.map { "\($0.allocations)" } ?? "none"))
    }
  }

  /// Says what is not as the bounds have it.
  ///
  /// - Returns: false if a figure is above its bound or has none, or a bound has no stage.
  func holds(in path: String) -> Bool {
    var holds = true
    for (stage, cost) in rows {
      let bound = bounds[stage] ?? Cost(instructions: 0, allocations: 0)
      switch CostTolerance.verdict(on: cost, bound: bounds[stage]) {
      case .within: continue
      case .unbounded:
        print("gates: \(stage) has no bound in \(path); `make gates UPDATE=1` writes it")
        holds = false
      case .above:
        print(
          """
          gates: \(stage) is above its bound: \(Self.change(from: bound, to: cost)) for a sample.
            Where it goes: callgrind_annotate \(scale.profile(of: stage))
            If it is worth its price: `make gates UPDATE=1`, and say in the commit what it brings.
          """)
        holds = false
      case .below:
        print(
          "gates: \(stage) is below its bound: \(Self.change(from: bound, to: cost)); "
            + "`make gates UPDATE=1` keeps it there")
      }
    }
    for stage in bounds.stages where !rows.contains(where: { $0.stage == stage }) {
      print("gates: \(path) has a bound for \(stage), which is no stage")
      holds = false
    }
    if holds { print("gates: all \(rows.count) stages are within their bounds") }
    return holds
  }

  private static func change(from bound: Cost, to cost: Cost) -> String {
    let part = bound.instructions > 0 ? (cost.instructions / bound.instructions - 1) * 100 : 0
    return "\(cost.instructions.rounded(to: 1)) instructions instead of \(bound.instructions) "
      + "(\(part > 0 ? "+" : "")\(part.rounded(to: 1)) %), \(cost.allocations.rounded(to: 4)) allocations instead of "
      + "\(bound.allocations)"
  }

  private static func line(_ stage: String, _ cells: String...) -> String {
    stage.padding(toLength: 16, withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
  }
}
