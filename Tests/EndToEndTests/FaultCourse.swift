import Foundation
import GodwitTesting

/// A run of the agent through many rounds of faults, with one endpoint that is healthy and one that is troubled.
final class FaultCourse {
  static let targets = 10
  static let seriesPerPage = 100
  private static let flags = [
    "--storage.agent.wal-segment-size", "128KB", "--storage.remote.flush-deadline", "500ms",
  ]

  /// How long the endpoints take for an answer at their best.
  private static let delay = "20ms"

  private struct Stop: Error {}

  private(set) var book: FaultBook
  /// What each endpoint holds at the end.
  private(set) var verdicts: [(name: String, verdict: FaultVerdict)] = []
  private let world: World
  private let disk: FaultDisk
  private let pages = RigPages(targets: targets, seriesPerTarget: seriesPerPage)
  private let healthy: RunningReceiver
  private let troubled: RunningReceiver
  private var settings: FaultSettings
  private var agent: RunningAgent
  private var random: SeededRandom
  /// What the troubled endpoint does wrong, and how many requests had met with it when that was last settled.
  private var misbehaving: (fault: EndpointFault, counted: Int)?
  /// What the agent had not taken in this life when the disk was filled.
  private var notTakenBefore = 0

  /// Starts everything on `disk`.
  init(_ world: World, disk: FaultDisk, seed: UInt64) async throws {
    self.world = world
    self.disk = disk
    book = FaultBook(seed: seed)
    random = SeededRandom(seed: seed)
    // A somewhat slow answer, so that an ending nearly always finds requests under way.
    let flags = ["--keep-all-timestamps", "--misbehave.delay", Self.delay]
    healthy = try await world.startReceiver(name: "healthy", flags: flags)
    troubled = try await world.startReceiver(name: "troubled", flags: flags)
    let pages = pages
    let site = try world.serve { request in
      guard request.path.hasPrefix("/aside/") else { return pages.answer(request) }
      return .text("aside_number{page=\"\(request.path)\"} 1\naside_total 7\n")
    }
    settings = FaultSettings(
      endpoints: [
        .init(name: FaultSettings.healthy, url: healthy.url, message: version2, timeoutSeconds: 30),
        .init(
          name: FaultSettings.troubled, url: troubled.url, message: random.oneIn(2) ? version1 : version2,
          timeoutSeconds: 1),
      ], address: site.address, targets: Self.targets)
    agent = try await world.startAgent(settings.text, log: "disk/log", flags: Self.flags)
  }

  /// Goes through `count` rounds drawn from the seed, then lets all arrive and judges. Ends early at a complaint.
  func run(rounds count: Int) async {
    await run((1...count).map { FaultRound(number: $0, hasDisk: disk.isOwn, random: &random) })
  }

  func run(_ rounds: [FaultRound]) async {
    do {
      for round in rounds where book.complaints.isEmpty { try await go(through: round) }
      if book.complaints.isEmpty { try await finish() }
    } catch is Stop {
      // The complaint is in the book.
    } catch {
      book.complain("\(error)")
    }
  }

  /// Lets the healthy endpoint lie about every third request from now on, to see that it is noticed.
  func lie() throws { try healthy.misbehave(("forget", "true"), ("every", "3")) }

  // MARK: - A round

  private func go(through round: FaultRound) async throws {
    book.begin(round, settings)
    if !round.misbehaves { try behave() }
    // A look before the faults: what they find is then known.
    try await pass(pages: 1, round)
    for step in round.steps {
      try await take(step, round)
      try await pass(pages: 1, round)
    }
    try await pass(pages: round.pages, round)
    if round.healsFirst { try await heal(round) }
    try await end(round)
    if !round.healsFirst { try await heal(round) }
    try settleMisbehaviour()
    for (name, receiver) in receivers where try receiver.page().outOfOrder != 0 {
      let names = try receiver.everySeries().filter { $0.outOfOrder > 0 }.prefix(3).map(\.labels)
      book.complain("\(name): samples came out of order, of \(names)")
    }
  }

  private var receivers: [(name: String, receiver: RunningReceiver)] {
    [(FaultSettings.healthy, healthy), (FaultSettings.troubled, troubled)]
  }

  private func take(_ step: FaultRound.Step, _ round: FaultRound) async throws {
    switch step {
    case .misbehave(let fault, let every):
      try settleMisbehaviour()
      let counted = try troubled.page().misbehaved
      try troubled.misbehave(fault.parameters + [("every", "\(every)")])
      misbehaving = (fault, counted)
      book.did(fault.rawValue)
    case .reload(let kind, let isHealthy):
      try await reload(kind, of: isHealthy ? FaultSettings.healthy : FaultSettings.troubled, round)
      book.did("reload " + kind.rawValue)
    case .fillDisk:
      notTakenBefore = try samplesNotTaken()
      try disk.fill()
      book.did("disk full")
    }
  }

  /// Waits until every target has been served `count` pages on average, and looks at the agent meanwhile.
  private func pass(pages count: Int, _ round: FaultRound) async throws {
    let wanted = pages.served + count * Self.targets
    let isCalm = round.ending == .none && !round.fillsDisk
    try await eventually("\(count) pages are scraped", within: .seconds(60), every: .milliseconds(100)) {
      if disk.isFull { try disk.fill() }
      let page = try agent.delivery()
      book.look(page, isCalm: isCalm)
      // What waits must leave room on the disk.
      if disk.isOwn && page.logBytes > FaultDisk.bytes / 2 { try behave() }
      return pages.served >= wanted || !book.complaints.isEmpty
    }
    try stopAtComplaint()
  }

  private func reload(_ kind: FaultReload, of name: String, _ round: FaultRound) async throws {
    if kind == .broken {
      try world.write(settings.brokenText, to: "agent.yml")
      let answer = try agent.post("/-/reload")
      if answer.status != 500 { book.complain("a broken file was answered with \(answer.status)") }
      try world.write(settings.text, to: "agent.yml")
      return
    }
    settings.change(kind, of: name)
    try world.write(settings.text, to: "agent.yml")
    let answer = try agent.post("/-/reload")
    if answer.status != 200 { book.complain("a reload was answered with \(answer.status): \(answer.text)") }
    if kind != .aside { book.reloaded(settings[name]) }
    if kind == .shards { try await awaitShards(of: name, round) }
  }

  /// Waits until the agent calls its shards together; with an ending to come, no longer, so that it comes in the midst.
  private func awaitShards(of name: String, _ round: FaultRound) async throws {
    let count = settings[name].minShards
    try await eventually("\(name) is to have \(count) shards", within: .seconds(60)) {
      let page = try agent.delivery()
      book.look(page, isCalm: false)
      return try page.endpoint(name).shards == count || !book.complaints.isEmpty
        || !agent.program.lines(with: "The number of shards changes", "remote_name=\(name)", "to=\(count)").isEmpty
    }
    if round.ending != .none { return }
    try behave()
    try await eventually("\(name) has \(count) shards", within: .seconds(90)) {
      let page = try agent.delivery()
      book.look(page, isCalm: false)
      return try page.endpoint(name).shards == count || !book.complaints.isEmpty
    }
  }

  // MARK: - Healing

  private func heal(_ round: FaultRound) async throws {
    if !round.lingers { try behave() }
    guard disk.isFull else { return }
    disk.empty()
    let before = try agent.delivery().samplesTaken
    try await eventually("samples are taken again after the disk was full") {
      try agent.delivery().samplesTaken > before
    }
    book.refusedByDisk(samples: try samplesNotTaken() - notTakenBefore, pagesUnseen: 0)
    notTakenBefore = try samplesNotTaken()
  }

  private func behave() throws {
    try settleMisbehaviour()
    try troubled.misbehave(("delay", Self.delay))
    misbehaving = nil
  }

  /// Notes how many requests met with the misbehaviour since it was last settled.
  private func settleMisbehaviour() throws {
    guard let (fault, counted) = misbehaving else { return }
    let now = try troubled.page().misbehaved
    if fault.mayTake { book.lostAnswers(now - counted, of: FaultSettings.troubled) }
    misbehaving = (fault, now)
  }

  private func samplesNotTaken() throws -> Int { Int(try agent.metric("godwit_scrape_samples_not_taken_total")) }

  // MARK: - Ending

  private func end(_ round: FaultRound) async throws {
    switch round.ending {
    case .none: return
    case .kill:
      let servedBefore = pages.served
      if disk.isFull { book.refusedByDisk(samples: try samplesNotTaken() - notTakenBefore, pagesUnseen: 0) }
      book.look(try agent.delivery(), isCalm: false)
      agent.program.send(SIGKILL)
      let exit = try await agent.program.waitForExit(within: .seconds(10))
      if exit != .signal(SIGKILL) { book.complain("the agent ended before the kill: \(exit)") }
      if disk.isFull { book.refusedByDisk(samples: 0, pagesUnseen: pages.served - servedBefore) }
      book.did("kills")
    case .term:
      let servedBefore = pages.served
      if disk.isFull { book.refusedByDisk(samples: try samplesNotTaken() - notTakenBefore, pagesUnseen: 0) }
      try await shutDown()
      if disk.isFull { book.refusedByDisk(samples: 0, pagesUnseen: pages.served - servedBefore) }
      book.did("terms")
    }
    book.ended()
    try stopAtComplaint()
    try await startAgain(flags: Self.flags)
  }

  private func shutDown() async throws {
    let exit = try await agent.shutDown()
    if exit != .code(0) { book.complain("the agent ended with \(exit) at SIGTERM: \(agent.program.log.suffix(500))") }
    for endpoint in settings.endpoints { try book.balance(endpoint.name) { try agent.balance($0, of: endpoint.name) } }
  }

  private func startAgain(flags: [String]) async throws {
    agent = try await world.startAgent(log: "disk/log", flags: flags)
    notTakenBefore = 0
    book.look(try agent.delivery(), isCalm: false)
  }

  private func stopAtComplaint() throws {
    if !book.complaints.isEmpty { throw Stop() }
  }

  // MARK: - The end

  /// Everything behaves, the agent delivers all and ends; then what arrived is held against what was taken.
  private func finish() async throws {
    try behave()
    try await shutDown()
    book.did("terms")
    book.ended()
    try await startAgain(flags: Self.flags.dropLast() + ["60s"])
    try await eventually("what waited has been delivered", within: .seconds(120)) {
      let page = try agent.delivery()
      book.look(page, isCalm: false)
      return page.endpoints.allSatisfy { $0.oldestWaitingSeconds < 1 } || !book.complaints.isEmpty
    }
    try await shutDown()
    book.ended()
    for (name, receiver) in receivers {
      let waiting = try agent.balance("waiting", of: name)
      if waiting != 0 { book.complain("\(name): \(waiting) samples still wait at the end") }
      var verdict = FaultVerdict(
        seriesPerPage: Self.seriesPerPage, taken: try agent.balance("taken", of: name),
        served: (0..<Self.targets).map { pages.served(of: $0) })
      verdict.judge(name, try receiver.page(), try receiver.everySeries(), &book)
      verdicts.append((name, verdict))
    }
  }

  // MARK: - Words

  /// The complaints with what one needs to look into them.
  var failure: String {
    """
    \(book.complaints.prefix(8).joined(separator: "\n"))
    FAULT_SEED=\(book.seed), round \(book.rounds.last?.number ?? 0); the last rounds:
      \(book.story)
    logs and configuration: \(world.folder.path) (kept with GODWIT_KEEP=1)
    """
  }

  /// What the run came to.
  var table: String {
    var rows: [(String, String)] = [
      ("rounds", "\(book.rounds.count)"), ("kills", "\(book.count("kills"))"), ("terms", "\(book.count("terms"))"),
    ]
    let names = EndpointFault.allCases.map(\.rawValue) + FaultReload.allCases.map { "reload " + $0.rawValue }
    for name in names + ["disk full", "looks"] { rows.append((name, "\(book.count(name))")) }
    for (name, verdict) in verdicts {
      rows += [
        ("\(name): samples taken", "\(verdict.taken)"), ("\(name): arrived", "\(verdict.unique)"),
        ("\(name): lost", "\(verdict.lost)"), ("\(name): out of order", "\(verdict.outOfOrder)"),
        ("\(name): twice", "\(verdict.twice)"), ("\(name): twice at most", "\(book.twiceMax[name] ?? 0)"),
      ]
    }
    rows.append(("healthy endpoint's worst delay", String(format: "%.2f s", book.worstDelay)))
    rows += [
      ("scrapes failed", "\(verdicts.first?.verdict.scrapesFailed ?? 0)"),
      ("pages missing", "\(verdicts.first?.verdict.pagesMissing ?? 0)"),
      ("pages missing at most", "\(verdicts.first?.verdict.pagesMissingMax ?? 0)"),
    ]
    let lines = rows.map { "| \($0.padding(toLength: 32, withPad: " ", startingAt: 0)) | \($1) |" }
    let place = disk.whyPlain.map { "without disk faults, a tmpfs could not be mounted: \($0)" } ?? "with disk faults"
    return "\nfaults: seed \(book.seed), \(place)\n" + lines.joined(separator: "\n") + "\n"
  }
}
