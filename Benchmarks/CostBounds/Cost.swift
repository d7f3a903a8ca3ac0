/// What a sample costs at a stage, as figures that repeat from run to run.
public struct Cost: Hashable, Sendable {
  public var instructions: Double
  public var allocations: Double

  public init(instructions: Double, allocations: Double) {
    self.instructions = instructions
    self.allocations = allocations
  }
}

/// What is to be said of a stage's cost.
public enum CostVerdict: Hashable, Sendable {
  case within
  /// A figure is above its bound by more than the tolerance.
  case above
  /// A figure is so far below its bound that the bound holds nothing any more.
  case below
  /// The stage has no bound.
  case unbounded
}

/// How far a figure may be from its bound.
public enum CostTolerance {
  /// Seeds of hashes and the layout of memory move a count of instructions by less than this part of it.
  static let instructions = 0.03
  /// What a round allocates once, over the samples of a round.
  static let allocations = 0.001
  /// Below this part of the bound the bound is to be lowered.
  static let low = 0.9

  /// What a measured cost means where `bound` is allowed.
  public static func verdict(on measured: Cost, bound: Cost?) -> CostVerdict {
    guard let bound else { return .unbounded }
    if measured.instructions > bound.instructions * (1 + instructions)
      || measured.allocations > bound.allocations + max(allocations, bound.allocations * instructions)
    {
      return .above
    }
    if measured.instructions < bound.instructions * low
      || measured.allocations < bound.allocations * low - allocations
    {
      return .below
    }
    return .within
  }
}
