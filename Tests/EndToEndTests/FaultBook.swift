/// What is known of a run: what was done, what was seen, what may have come twice, and what was not as it should be.
///
/// A pure value: it is told what was seen and holds it against the contract.
struct FaultBook {
  /// How far the healthy endpoint may be behind because of the other.
  static let delayMax = 5.0

  /// What an endpoint has in flight at most.
  struct Flight {
    /// The largest `max_samples_per_send` and the largest number of shards of the round.
    var batch = 0
    var shards = 0
    var samples: Int { batch * shards }

    mutating func widen(batch: Int = 0, shards: Int = 0) {
      self.batch = max(self.batch, batch)
      self.shards = max(self.shards, shards)
    }
  }

  private struct Seen {
    var taken = 0
    var acknowledged = 0
    var shards = 0
  }

  let seed: UInt64
  private(set) var rounds: [FaultRound] = []
  private(set) var counts: [String: Int] = [:]
  private(set) var worstDelay = 0.0
  private(set) var complaints: [String] = []
  private(set) var flights: [String: Flight] = [:]
  /// How many samples may come twice, by endpoint.
  private(set) var twiceMax: [String: Int] = [:]
  /// How many scrapes may have been in flight when the agent ended, for each target.
  private(set) var ends = 0
  /// Samples of scrapes that the agent says its log did not take.
  private(set) var samplesNotTaken = 0
  /// Pages that were served to an agent with a full disk after it was last asked.
  private(set) var pagesUnseen = 0
  private var seen: [String: Seen] = [:]
  private var samplesTaken = 0

  init(seed: UInt64) { self.seed = seed }

  func count(_ what: String) -> Int { counts[what] ?? 0 }

  mutating func complain(_ words: String) { complaints.append("round \(rounds.last?.number ?? 0): \(words)") }

  // MARK: - What is done

  mutating func begin(_ round: FaultRound, _ settings: FaultSettings) {
    rounds.append(round)
    for endpoint in settings.endpoints {
      let shards = seen[endpoint.name]?.shards ?? endpoint.maxShards
      flights[endpoint.name] = Flight(batch: endpoint.batch, shards: shards)
    }
  }

  mutating func did(_ what: String) { counts[what, default: 0] += 1 }

  /// The settings of an endpoint changed, so its requests in flight were cut off.
  mutating func reloaded(_ endpoint: FaultSettings.Endpoint) {
    mayRepeatFlight(of: endpoint.name)
    flights[endpoint.name]?.widen(batch: endpoint.batch, shards: endpoint.maxShards)
  }

  /// The agent ended, and all that was in flight with it.
  mutating func ended() {
    ends += 1
    for name in flights.keys { mayRepeatFlight(of: name) }
  }

  /// What an endpoint has in flight comes twice: for each shard the one request that was not settled.
  private mutating func mayRepeatFlight(of name: String) { twiceMax[name, default: 0] += flights[name]?.samples ?? 0 }

  /// An endpoint may have kept the data of `requests` whose answers it did not give: each is sent once more.
  mutating func lostAnswers(_ requests: Int, of name: String) {
    twiceMax[name, default: 0] += requests * (flights[name]?.batch ?? 0)
  }

  mutating func refusedByDisk(samples: Int, pagesUnseen pages: Int) {
    samplesNotTaken += samples
    pagesUnseen += pages
  }

  // MARK: - What is seen

  /// - Parameter isCalm: nothing but the other endpoint can delay the healthy one.
  mutating func look(_ page: DeliveryPage, isCalm: Bool) {
    did("looks")
    if page.samplesTaken < samplesTaken {
      complain("the samples taken went back from \(samplesTaken) to \(page.samplesTaken)")
    }
    samplesTaken = max(samplesTaken, page.samplesTaken)
    for endpoint in page.endpoints {
      check(
        endpoint.name, taken: endpoint.taken, acknowledged: endpoint.acknowledged, waiting: endpoint.waiting,
        lost: [endpoint.refused, endpoint.dropped, endpoint.expired, endpoint.damaged])
      if !endpoint.balanced { complain("the balance of \(endpoint.name) does not hold: \(endpoint)") }
      seen[endpoint.name]?.shards = endpoint.shards
      flights[endpoint.name]?.widen(shards: endpoint.shards)
      if isCalm && endpoint.name == FaultSettings.healthy {
        worstDelay = max(worstDelay, endpoint.oldestWaitingSeconds)
        if endpoint.oldestWaitingSeconds > Self.delayMax {
          complain("the healthy endpoint is \(endpoint.oldestWaitingSeconds) s behind")
        }
      }
    }
  }

  /// What an endpoint's line said when the agent shut down.
  mutating func balance(_ name: String, _ value: (String) throws -> Int) throws {
    check(
      name, taken: try value("taken"), acknowledged: try value("acknowledged"), waiting: try value("waiting"),
      lost: try ["refused", "dropped", "expired", "damaged"].map(value))
  }

  private mutating func check(_ name: String, taken: Int, acknowledged: Int, waiting: Int, lost: [Int]) {
    let before = seen[name] ?? Seen()
    if taken < before.taken { complain("\(name): taken went back from \(before.taken) to \(taken)") }
    if acknowledged < before.acknowledged {
      complain("\(name): acknowledged went back from \(before.acknowledged) to \(acknowledged)")
    }
    if lost != [0, 0, 0, 0] { complain("\(name): refused, dropped, expired, damaged are \(lost), none was due") }
    if taken != acknowledged + waiting + lost.reduce(0, +) {
      complain("\(name): \(taken) taken are not \(acknowledged) acknowledged, \(waiting) waiting and \(lost)")
    }
    seen[name, default: before].taken = max(taken, before.taken)
    seen[name, default: before].acknowledged = max(acknowledged, before.acknowledged)
  }

  /// The rounds that led to where the run is, for a message.
  var story: String {
    rounds.suffix(4).map(\.description).joined(separator: "\n  ")
  }
}
