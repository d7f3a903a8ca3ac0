import GodwitTesting

/// What the endpoint does wrong, in the words of `godwit receive`.
enum EndpointFault: String, CaseIterable {
  case unavailable, unavailableWithWait, overloaded, overloadedWithWait
  case timeout, lateAnswer, reset, close, halfAnswer, slowReading
  case takenUnavailable, takenReset, takenClose, takenHalfAnswer

  /// Longer than any `remote_timeout` of ``FaultSettings``.
  private static let delay = ("delay", "2500ms")

  var parameters: [(String, String)] {
    switch self {
    case .unavailable: [("status", "503")]
    case .unavailableWithWait: [("status", "503"), ("retry_after", "1")]
    case .overloaded: [("status", "429")]
    case .overloadedWithWait: [("status", "429"), ("retry_after", "1")]
    case .timeout: [Self.delay, ("status", "503")]
    case .lateAnswer: [Self.delay]
    case .reset: [("drop", "reset")]
    case .close: [("drop", "close")]
    case .halfAnswer: [("drop", "half")]
    case .slowReading: [("read_bytes_per_second", "4000")]
    case .takenUnavailable: [("status", "500"), ("take_data", "true")]
    case .takenReset: [("drop", "reset"), ("take_data", "true")]
    case .takenClose: [("drop", "close"), ("take_data", "true")]
    case .takenHalfAnswer: [("drop", "half"), ("take_data", "true")]
    }
  }

  /// Whether the endpoint may keep the data of a request whose answer does not arrive.
  var mayTake: Bool {
    switch self {
    case .lateAnswer, .slowReading, .takenUnavailable, .takenReset, .takenClose, .takenHalfAnswer: true
    default: false
    }
  }
}

/// A change of the configuration while the agent runs.
enum FaultReload: String, CaseIterable {
  case batch, deadline, capacity, timeout, aside, broken
  /// The agent thinks over the number of shards every ten seconds, so these rounds are long.
  case shards
}

/// What happens in one round: some faults, in a random order, and perhaps the end of the agent in the midst of them.
struct FaultRound: CustomStringConvertible {
  enum Step {
    case misbehave(EndpointFault, every: Int)
    /// To the healthy endpoint, where `isHealthy`; else to the one that misbehaves.
    case reload(FaultReload, isHealthy: Bool)
    case fillDisk
  }

  enum Ending: String { case none, kill, term }

  var number: Int
  var steps: [Step] = []
  var ending = Ending.none
  /// Whether the faults are over before the ending; else the agent starts anew in the midst of them.
  var healsFirst = false
  /// Whether the endpoint goes on misbehaving in the next round.
  var lingers = false
  /// How many pages of each target pass before the ending.
  var pages = 5

  init(number: Int) { self.number = number }

  /// Round `number` of a run; all randomness is `random`'s.
  init(number: Int, hasDisk: Bool, random: inout SeededRandom) {
    self.number = number
    let isResharding = number % 12 == 7
    if !random.oneIn(3) {
      let fault = EndpointFault.allCases.randomElement(using: &random) ?? .unavailable
      steps.append(.misbehave(fault, every: Int.random(in: 1...3, using: &random)))
    }
    if isResharding {
      steps.append(.reload(.shards, isHealthy: random.oneIn(3)))
    } else if random.oneIn(2) {
      let kind = FaultReload.allCases.filter { $0 != .shards }.randomElement(using: &random) ?? .batch
      steps.append(.reload(kind, isHealthy: random.oneIn(4)))
    }
    // Drawn in any case, so that a seed means the same rounds with a disk and without.
    let fillsDisk = random.oneIn(4)
    if hasDisk && fillsDisk && !isResharding { steps.append(.fillDisk) }
    steps.shuffle(using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: ending = .kill
    case 4..<6: ending = .term
    default: ending = .none
    }
    healsFirst = random.oneIn(2)
    lingers = random.oneIn(4)
    pages = Int.random(in: 2...7, using: &random)
  }

  var fillsDisk: Bool {
    steps.contains { if case .fillDisk = $0 { true } else { false } }
  }

  var misbehaves: Bool {
    steps.contains { if case .misbehave = $0 { true } else { false } }
  }

  var description: String {
    let faults = steps.map { step in
      switch step {
      case .misbehave(let fault, let every): "\(fault.rawValue)/\(every)"
      case .reload(let kind, let isHealthy): "reload \(kind.rawValue)\(isHealthy ? " of the healthy" : "")"
      case .fillDisk: "disk full"
      }
    }
    let end = "\(ending.rawValue)\(healsFirst ? " after healing" : "")\(lingers ? ", lingering" : "")"
    return "round \(number): \(faults.isEmpty ? "nothing" : faults.joined(separator: ", ")); end: \(end)"
  }
}
