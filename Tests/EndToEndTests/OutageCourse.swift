import Foundation

/// One agent on its way through an outage, from its start to the last page that arrives: what it did and what it took.
struct OutageCourse {
  typealias Instant = ContinuousClock.Instant

  /// How long a service manager waits for the end of a program before it kills it.
  static let stopPatience: Duration = .seconds(90)
  /// A page served this shortly before the signal may still have been under way.
  static let underWay: Duration = .milliseconds(100)

  let entrant: OutageEntrant
  let pages: OutagePages
  let receiver: RunningReceiver
  private let world: World
  private var program: Program
  private var cpuOfPastLives = 0.0
  private var cpuOfThisLife = 0.0
  private(set) var peakMebibytes = 0.0
  private var signalledAt: Instant?
  private(set) var exitedAt: Instant?
  private(set) var wasKilled = false
  /// How many pages had arrived, as time went by.
  private var arrivals: [(at: Instant, pages: Int)] = []
  private(set) var servedAtRecovery = 0
  private var recoveredAt: Instant?

  init(_ entrant: OutageEntrant, _ pages: OutagePages, _ receiver: RunningReceiver, in world: World) throws {
    self.entrant = entrant
    self.pages = pages
    self.receiver = receiver
    self.world = world
    program = try entrant.start(in: world, endpoint: receiver.url)
  }

  var cpuSeconds: Double { cpuOfPastLives + cpuOfThisLife }

  // MARK: - What is done to it

  mutating func signal(_ number: Int32) {
    signalledAt = .now
    program.send(number)
  }

  mutating func endpointRecovers() throws {
    try receiver.behave()
    recoveredAt = .now
    servedAtRecovery = pages.served().reduce(0, +)
  }

  /// Takes note of what it costs, and starts it again when it has stopped.
  mutating func look() throws {
    // Before asking for its end, which takes the last traces of it away.
    cpuOfThisLife = max(cpuOfThisLife, program.cpuSeconds)
    peakMebibytes = max(peakMebibytes, program.peakMebibytes)
    guard let exit = program.exit else {
      if let signalledAt, exitedAt == nil, .now - signalledAt > Self.stopPatience {
        wasKilled = true
        program.send(SIGKILL)
      }
      return
    }
    guard signalledAt != nil, exitedAt == nil else {
      throw EndToEndError("\(entrant.name) ended on its own: \(exit) \(program.log.suffix(2000))")
    }
    exitedAt = .now
    cpuOfPastLives += cpuOfThisLife
    cpuOfThisLife = 0
    program = try entrant.start(in: world, endpoint: receiver.url)
  }

  mutating func lookAtArrivals() throws { arrivals.append((.now, try Self.pagesArrived(receiver))) }

  private static func pagesArrived(_ receiver: RunningReceiver) throws -> Int {
    try receiver.series("rig_page_number").reduce(0) { $0 + $1.once }
  }

  // MARK: - What came of it

  /// When the count of arrived pages last changed.
  var lastArrival: Instant? {
    var (last, count) = (arrivals.first?.at, arrivals.first?.pages)
    for arrival in arrivals where arrival.pages != count { (last, count) = (arrival.at, arrival.pages) }
    return last
  }

  /// How many pages each target served that must not be lost: those that were under way when it was stopped are none.
  var expectedPages: [Int] {
    guard let signalledAt else { return pages.served() }
    return pages.served(except: signalledAt - Self.underWay...(exitedAt ?? .now))
  }

  var hasEverything: Bool { (arrivals.last?.pages ?? 0) >= expectedPages.reduce(0, +) }

  var stopSeconds: Double? {
    guard let signalledAt, let exitedAt else { return nil }
    return (exitedAt - signalledAt).inSeconds
  }

  /// From the endpoint's recovery until as many pages had arrived as were served before it and ever arrive; in seconds.
  func catchUpSeconds(lostPages: Int) -> Double? {
    guard let recoveredAt else { return nil }
    let all = arrivals.first { $0.at >= recoveredAt && $0.pages >= servedAtRecovery - lostPages }
    return all.map { ($0.at - recoveredAt).inSeconds }
  }
}

extension ReceivedSeries {
  /// How many distinct samples arrived, stale markers aside.
  var once: Int { samples - duplicates - staleMarkers }
}
