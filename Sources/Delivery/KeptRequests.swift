import RemoteWriteProtocol

/// Samples of one shard that follow each other in the log and are sent, by where they stand.
///
/// Two shards that share the lanes alike, and want the same of a record, mean the same samples by the same stretch: no
/// sample between its ends can be missing from one of them, for it would miss in the count.
struct SampleStretch: Hashable, Sendable {
  /// Which of the shards that share the lanes it is, and how many those are.
  var shard: Int
  var shardCount: Int
  /// The places of the first and the last sample.
  var first: ShardMark
  var last: ShardMark
  /// In samples.
  var count: Int

  func isOfShard(of other: SampleStretch) -> Bool { shard == other.shard && shardCount == other.shardCount }
}

/// A request as it was made, ready to be sent by whoever wants the same samples.
struct MadeRequest: Sendable {
  var version: WriteMessageVersion
  var stretch: SampleStretch
  var samples: Int
  var histograms: Int
  var exemplars: Int
  /// Compressed.
  var body: [UInt8]
}

/// The requests that were made last and that not everybody has taken who may want them. Pure.
///
/// A request goes when the last has taken it, or when newer ones need the room: nobody who lags keeps it alive.
struct KeptRequests: Sendable {
  /// A few requests of a shard, or one of each of many.
  static let bytesMax = 1 << 20

  /// What is best sent of some samples.
  enum Advice: Hashable, Sendable {
    /// So many of them: a request of these is here.
    case take(count: Int)
    /// Those before that place, where a request begins that is here: the next one can be taken then.
    case meet(ShardMark)
    /// All of them.
    case make
  }

  private struct Kept {
    var request: MadeRequest
    var takersLeft: Int
  }

  /// Oldest first.
  private var kept: [Kept] = []
  private(set) var byteCount = 0

  var isEmpty: Bool { kept.isEmpty }

  /// - Complexity: linear in the requests that are kept, like all that follows.
  func advice(on wanted: SampleStretch, as version: WriteMessageVersion) -> Advice {
    var next: ShardMark?
    for candidate in kept.lazy.map(\.request)
    where candidate.version == version && candidate.stretch.isOfShard(of: wanted) {
      let stretch = candidate.stretch
      if stretch.first == wanted.first && stretch.count <= wanted.count { return .take(count: stretch.count) }
      guard stretch.first > wanted.first, stretch.first <= wanted.last else { continue }
      next = min(next ?? stretch.first, stretch.first)
    }
    return next.map(Advice.meet) ?? .make
  }

  /// The request of just these samples.
  mutating func take(_ wanted: SampleStretch, as version: WriteMessageVersion) -> MadeRequest? {
    guard let index = kept.firstIndex(where: { $0.request.version == version && $0.request.stretch == wanted }) else {
      return nil
    }
    kept[index].takersLeft -= 1
    let request = kept[index].request
    if kept[index].takersLeft == 0 { remove(at: index) }
    return request
  }

  /// - Parameter takers: how many may want the request.
  mutating func keep(_ request: MadeRequest, takers: Int) {
    guard takers > 0, request.body.count <= Self.bytesMax else { return }
    // Whoever tries once more makes the same again, if the others have not left it here.
    if kept.contains(where: { $0.request.version == request.version && $0.request.stretch == request.stretch }) {
      return
    }
    while byteCount + request.body.count > Self.bytesMax { remove(at: 0) }
    byteCount += request.body.count
    kept.append(Kept(request: request, takersLeft: takers))
  }

  mutating func removeAll() {
    kept = []
    byteCount = 0
  }

  private mutating func remove(at index: Int) {
    byteCount -= kept.remove(at: index).request.body.count
  }
}
