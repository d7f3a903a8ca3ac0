/// What an agent came to under a workload: the medians of its rounds, and how others compare with Godwit.
public struct Standing: Codable, Hashable, Sendable {
  public var workload: String
  public var agent: String
  public var rounds: Int
  public var samplesPerSecond: Double
  public var samplesPerCPUSecond: Double
  public var residentMebibytes: Double
  public var bytesPerSample: Double
  public var memoryPerSeries: Double
  public var delayP50Ms: Double
  public var delayP99Ms: Double
  public var samplesPerRequest: Double
  /// Samples per CPU second of Godwit in the same run, divided by this agent's; nil where Godwit took no part.
  public var godwitIsFaster: Double?
  /// This agent's memory divided by Godwit's.
  public var godwitIsSmaller: Double?
  /// Whether in every round the agent delivered what it says.
  public var isBalanced: Bool

  /// - Returns: one for each agent of each workload, in the order in which they first occur.
  public static func of(_ measurements: [Measurement]) -> [Standing] {
    var order: [String] = []
    var groups: [String: [Measurement]] = [:]
    for measurement in measurements {
      let key = "\(measurement.workload) \(measurement.agent)"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(measurement)
    }
    var standings = order.compactMap { groups[$0].flatMap(Standing.init) }
    for index in standings.indices {
      let workload = standings[index].workload
      guard let godwit = standings.first(where: { $0.workload == workload && $0.agent == "godwit" }) else { continue }
      let own = standings[index]
      if own.samplesPerCPUSecond > 0 {
        standings[index].godwitIsFaster = godwit.samplesPerCPUSecond / own.samplesPerCPUSecond
      }
      if godwit.residentMebibytes > 0 {
        standings[index].godwitIsSmaller = own.residentMebibytes / godwit.residentMebibytes
      }
    }
    return standings
  }

  /// - Parameter rounds: of one agent under one workload; nil if there are none.
  private init?(_ rounds: [Measurement]) {
    guard let first = rounds.first else { return nil }
    func median(_ figure: (Measurement) -> Double) -> Double { rounds.map(figure).median ?? 0 }
    workload = first.workload
    agent = first.agent
    self.rounds = rounds.count
    samplesPerSecond = median { $0.samplesPerSecond }
    samplesPerCPUSecond = median { $0.samplesPerCPUSecond }
    residentMebibytes = median { $0.residentMebibytes }
    bytesPerSample = median { $0.bytesPerSample }
    memoryPerSeries = median { $0.memoryPerSeries }
    delayP50Ms = median { Double($0.delayMs.p50) }
    delayP99Ms = median { Double($0.delayMs.p99) }
    samplesPerRequest = median { Double($0.samplesPerRequest.p50) }
    isBalanced = rounds.allSatisfy(\.isBalanced)
  }
}
