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
  /// In a record that could not be read any more; set aside by the log.
  public var damaged: UInt64 = 0

  public init() {}

  public var total: UInt64 { acknowledged &+ refused &+ dropped &+ expired &+ damaged }

  public static func += (left: inout SettledCounts, right: SettledCounts) {
    left.acknowledged &+= right.acknowledged
    left.refused &+= right.refused
    left.dropped &+= right.dropped
    left.expired &+= right.expired
    left.damaged &+= right.damaged
  }
}

/// The acknowledgement ledger of one endpoint: where each of its shards stands, and what became of every sample.
///
/// A pure value; `EndpointDelivery` persists it after each settlement, so after a crash only what was in flight is
/// sent again. Shards share the lanes of the log by `lane % shardCount`, therefore the number of shards is part of
/// the ledger and changes only when all shards stand at the same position.
public struct DeliveryLedger: Hashable, Sendable {
  /// Samples that the log had taken before this endpoint was known; they do not concern it.
  public var startSequence: UInt64
  public private(set) var shards: [ShardMark]
  public private(set) var settled = SettledCounts()

  public init(startSequence: UInt64, position: LogPosition, shardCount: Int) {
    self.startSequence = startSequence
    shards = Array(repeating: ShardMark(position: position), count: max(1, shardCount))
  }

  /// The position below which nothing is waiting for this endpoint.
  public var lowWater: LogPosition { shards.map(\.position).min() ?? LogPosition(segment: 0, offset: 0) }

  public mutating func settle(shard: Int, through mark: ShardMark, _ counts: SettledCounts) {
    shards[shard] = max(shards[shard], mark)
    settled += counts
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
    shards = Array(repeating: ShardMark(position: position), count: max(1, count))
  }

  /// Counts `samples` that can no longer be sent as expired, and moves the shards that stand before `position` there.
  public mutating func expireRemoved(_ samples: UInt64, before position: LogPosition) {
    for shard in shards.indices { shards[shard] = max(shards[shard], ShardMark(position: position)) }
    settled.expired &+= samples
  }
}

extension DeliveryLedger {
  private static let version: UInt64 = 1
  /// More shards than `max_shards` could sensibly be; bounds what a damaged file can ask for.
  private static let shardsMax = 4096

  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    let numbers =
      [Self.version, startSequence, settled.acknowledged, settled.refused, settled.dropped, settled.expired]
      + [settled.damaged, UInt64(shards.count)]
    for number in numbers { Varint.append(number, to: &bytes) }
    for mark in shards {
      Varint.append(mark.position.segment, to: &bytes)
      Varint.append(mark.position.offset, to: &bytes)
      Varint.append(UInt64(mark.samplesDone), to: &bytes)
    }
    return bytes
  }

  /// - Returns: nil if the bytes are not a ledger of this version.
  public init?(decoding bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.varint() == Self.version, let startSequence = reader.varint(), let acknowledged = reader.varint(),
      let refused = reader.varint(), let dropped = reader.varint(), let expired = reader.varint(),
      let damaged = reader.varint(), let shardCount = reader.count(max: Self.shardsMax), shardCount > 0
    else { return nil }
    self.startSequence = startSequence
    shards = []
    settled.acknowledged = acknowledged
    settled.refused = refused
    settled.dropped = dropped
    settled.expired = expired
    settled.damaged = damaged
    for _ in 0..<shardCount {
      guard let segment = reader.varint(), let offset = reader.varint(),
        let samplesDone = reader.varint().flatMap(UInt32.init(exactly:))
      else { return nil }
      shards.append(
        ShardMark(position: LogPosition(segment: segment, offset: offset), samplesDone: samplesDone))
    }
    guard reader.isAtEnd else { return nil }
  }
}
