import ByteCoding
public import DurableLog

/// How far one shard of an endpoint has come: the record, and how many of that record's samples are settled.
public struct ShardMark: Hashable, Sendable, Comparable {
  public var position: LogPosition
  public var samplesDone: UInt32

  public init(position: LogPosition, samplesDone: UInt32 = 0) {
    self.position = position
    self.samplesDone = samplesDone
  }

  public static func < (left: ShardMark, right: ShardMark) -> Bool {
    (left.position, left.samplesDone) < (right.position, right.samplesDone)
  }
}

/// In which of the four ways samples left for an endpoint. The unit is samples, floats and histograms alike.
public struct SettledCounts: Hashable, Sendable {
  public var acknowledged: UInt64 = 0
  /// Refused for good by the endpoint.
  public var refused: UInt64 = 0
  /// Dropped by `write_relabel_configs`, or of a kind that the endpoint's settings leave out.
  public var dropped: UInt64 = 0
  /// Older than `sample_age_limit`, or deleted by the log's bounds before they could be sent.
  public var expired: UInt64 = 0
  /// Of the expired, those older than `sample_age_limit`.
  public var tooOld: UInt64 = 0
  /// In a record that could not be read any more; set aside by the log.
  public var damaged: UInt64 = 0

  public init() {}

  public var total: UInt64 { acknowledged &+ refused &+ dropped &+ expired &+ damaged }

  public static func += (left: inout SettledCounts, right: SettledCounts) {
    left.acknowledged &+= right.acknowledged
    left.refused &+= right.refused
    left.dropped &+= right.dropped
    left.expired &+= right.expired
    left.tooOld &+= right.tooOld
    left.damaged &+= right.damaged
  }
}

/// The acknowledgement ledger of one endpoint: where each of its shards stands, and what became of every sample.
///
/// A pure value; `EndpointDelivery` persists it after each settlement, so after a crash only what was in flight is
/// sent again. Shards share the lanes of the log by `lane % shardCount`, therefore the number of shards is part of
/// the ledger and changes only when all shards stand at the same position.
///
/// Where new samples may go ahead of a backlog, the backlog is a stretch of the log with shards of its own; the others
/// stand behind its end.
public struct DeliveryLedger: Hashable, Sendable {
  /// A stretch of the log that is delivered beside what comes after it.
  public struct Backlog: Hashable, Sendable {
    public fileprivate(set) var shards: [ShardMark]
    public fileprivate(set) var end: LogPosition

    /// Whether every shard has come to the end.
    var isSettled: Bool { shards.allSatisfy { $0.position >= end } }
  }

  /// Which of the two a shard belongs to.
  enum Course: Hashable, Sendable { case main, backlog }

  /// More shards than anybody could sensibly ask for; those of a backlog included, the ledger fits its file.
  static let shardsMax = 512

  /// Samples that the log had taken before this endpoint was known; they do not concern it.
  public var startSequence: UInt64
  public private(set) var shards: [ShardMark]
  public private(set) var backlog: Backlog?
  public private(set) var settled = SettledCounts()

  public init(startSequence: UInt64, position: LogPosition, shardCount: Int) {
    self.startSequence = startSequence
    shards = Array(repeating: ShardMark(position: position), count: Self.bounded(shardCount))
  }

  private static func bounded(_ shardCount: Int) -> Int { min(max(1, shardCount), shardsMax) }

  /// The position below which nothing is waiting for this endpoint.
  public var lowWater: LogPosition {
    allMarks.map(\.position).min() ?? LogPosition(segment: 0, offset: 0)
  }

  /// The marks of both courses.
  var allMarks: [ShardMark] { shards + (backlog?.shards ?? []) }

  /// The marks of the course that what lies at `position` belongs to.
  func marks(at position: LogPosition) -> [ShardMark] {
    guard let backlog, position < backlog.end else { return shards }
    return backlog.shards
  }

  /// Where the shards of a course stand; none where there is no backlog.
  func marks(of course: Course) -> [ShardMark] { course == .main ? shards : backlog?.shards ?? [] }

  /// The stretches of the log that are settled at most in part, each with the marks of its shards: first the backlog.
  var stretches: [(from: LogPosition, marks: [ShardMark])] {
    guard let backlog else { return [(.start, shards)] }
    return [(.start, backlog.shards), (backlog.end, shards)]
  }

  public mutating func settle(shard: Int, through mark: ShardMark, _ counts: SettledCounts) {
    settle(shard: shard, of: .main, through: mark, counts)
  }

  mutating func settle(shard: Int, of course: Course, through mark: ShardMark, _ counts: SettledCounts) {
    if course == .main {
      shards[shard] = max(shards[shard], mark)
    } else if let known = backlog?.shards[shard] {
      backlog?.shards[shard] = max(known, mark)
    }
    settled += counts
  }

  /// Makes all that is before `end` and not settled a backlog; the shards go on from there. There must be no backlog yet.
  mutating func leaveBacklog(before end: LogPosition) {
    precondition(backlog == nil, "a backlog is left beside another one")
    backlog = Backlog(shards: shards, end: end)
    shards = Array(repeating: ShardMark(position: end), count: shards.count)
  }

  /// Forgets a backlog that has been settled.
  mutating func closeBacklog() {
    if backlog?.isSettled == true { backlog = nil }
  }

  /// Samples taken for this endpoint and not settled yet, when the log has taken `endSequence` samples in all.
  ///
  /// Nil if more was settled than taken, which would be a mistake in the program: the balance does not hold.
  public func waiting(endSequence: UInt64) -> UInt64? {
    guard endSequence >= startSequence else { return nil }
    let taken = endSequence - startSequence
    return taken >= settled.total ? taken - settled.total : nil
  }

  /// Gives the lanes to another number of shards. All shards must stand at `position`.
  public mutating func reshard(to count: Int, at position: LogPosition) {
    precondition(shards.allSatisfy { $0 == ShardMark(position: position) }, "resharding with shards apart: \(shards)")
    shards = Array(repeating: ShardMark(position: position), count: Self.bounded(count))
  }

  /// Counts `samples` that can no longer be sent as expired, and moves the shards that stand before `position` there.
  public mutating func expireRemoved(_ samples: UInt64, before position: LogPosition) {
    let mark = ShardMark(position: position)
    for shard in shards.indices { shards[shard] = max(shards[shard], mark) }
    for shard in backlog?.shards.indices ?? 0..<0 { settle(shard: shard, of: .backlog, through: mark, SettledCounts()) }
    closeBacklog()
    settled.expired &+= samples
  }
}

extension DeliveryLedger {
  private static let version: UInt64 = 2
  /// Had no backlog, and one count of the expired.
  private static let firstVersion: UInt64 = 1

  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    let numbers = [
      Self.version, startSequence, settled.acknowledged, settled.refused, settled.dropped, settled.expired,
      settled.damaged,
    ]
    for number in numbers { Varint.append(number, to: &bytes) }
    Self.append(shards, to: &bytes)
    Varint.append(settled.tooOld, to: &bytes)
    Self.append(backlog?.shards ?? [], to: &bytes)
    if let end = backlog?.end {
      Varint.append(end.segment, to: &bytes)
      Varint.append(end.offset, to: &bytes)
    }
    return bytes
  }

  /// - Returns: nil if the bytes are not a ledger of this version or an earlier one.
  public init?(decoding bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let version = reader.varint(), version == Self.version || version == Self.firstVersion,
      let startSequence = reader.varint(), let acknowledged = reader.varint(), let refused = reader.varint(),
      let dropped = reader.varint(), let expired = reader.varint(), let damaged = reader.varint(),
      let shards = Self.marks(&reader), !shards.isEmpty
    else { return nil }
    self.startSequence = startSequence
    self.shards = shards
    settled.acknowledged = acknowledged
    settled.refused = refused
    settled.dropped = dropped
    settled.expired = expired
    settled.damaged = damaged
    if version != Self.firstVersion {
      guard let tooOld = reader.varint(), let waiting = Self.marks(&reader) else { return nil }
      settled.tooOld = tooOld
      if !waiting.isEmpty {
        guard let segment = reader.varint(), let offset = reader.varint() else { return nil }
        backlog = Backlog(shards: waiting, end: LogPosition(segment: segment, offset: offset))
      }
    }
    guard reader.isAtEnd else { return nil }
  }

  private static func append(_ marks: [ShardMark], to bytes: inout [UInt8]) {
    Varint.append(UInt64(marks.count), to: &bytes)
    for mark in marks {
      Varint.append(mark.position.segment, to: &bytes)
      Varint.append(mark.position.offset, to: &bytes)
      Varint.append(UInt64(mark.samplesDone), to: &bytes)
    }
  }

  private static func marks(_ reader: inout ByteReader) -> [ShardMark]? {
    guard let count = reader.count(max: shardsMax) else { return nil }
    var marks: [ShardMark] = []
    for _ in 0..<count {
      guard let segment = reader.varint(), let offset = reader.varint(),
        let samplesDone = reader.varint().flatMap(UInt32.init(exactly:))
      else { return nil }
      marks.append(ShardMark(position: LogPosition(segment: segment, offset: offset), samplesDone: samplesDone))
    }
    return marks
  }
}
