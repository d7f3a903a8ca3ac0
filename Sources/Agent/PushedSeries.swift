import ByteCoding
import MetricModel
import RemoteWriteProtocol

/// Which series pushes have brought lately, by their number in the process's table, each with its lane.
///
/// A pushed series has nobody who holds its number between two requests, as a scraper does; this holds it until the
/// series has not come for a while. References themselves are the caller's: one is handed in with ``hold(_:lane:bytes:at:)``
/// and handed out again by ``expire(at:)``.
///
/// A series is found by its number, or by the digest of what named it in a message, which needs no look at its labels.
///
/// - Complexity: constant for each series; ``expire(at:)`` looks at all of them, at most once in a tenth of the time
///   for which they are kept.
struct PushedSeries: Sendable {
  private struct Entry {
    var id: SeriesID
    var lane: UInt32
    var bytes: UInt32
    var seenMs: Int64
  }

  let seriesMax: Int
  let bytesMax: Int
  let keepMs: Int64
  /// What was said of each series that is held, together.
  private(set) var byteCount = 0
  private var entries: [Entry] = []
  /// By series number: an index in `entries` plus one; 0 for a series that is not held.
  private var places: [UInt32] = []
  /// When the requests under way began. They use series by number until their samples are in the log.
  private var visits: [Int: Int64] = [:]
  private var visitCount = 0
  private var nextExpiryMs = Int64.min
  /// What names a series in messages of 1.0 and of 2.0. In those of 1.0 its metadata is that of its family, so a digest
  /// holds only until a description changes.
  private var ofV1 = RecognisedSeries()
  private var ofV2 = RecognisedSeries()
  private var generation: UInt64 = 0

  init(seriesMax: Int, bytesMax: Int, keepMs: Int64) {
    self.seriesMax = seriesMax
    self.bytesMax = bytesMax
    self.keepMs = keepMs
  }

  var count: Int { entries.count }

  /// A request begins to use series; what it asks for stays held until it ends.
  ///
  /// - Parameter nowMs: of a clock that does not go back.
  mutating func beginVisit(at nowMs: Int64) -> Int {
    visitCount += 1
    visits[visitCount] = nowMs
    return visitCount
  }

  mutating func endVisit(_ visit: Int) { visits[visit] = nil }

  /// The lane of a series that is held, which is noted as seen; nil for another.
  mutating func lane(of id: SeriesID, at nowMs: Int64) -> UInt32? {
    let number = Int(id.rawValue)
    guard number < places.count, places[number] != 0 else { return nil }
    let place = Int(places[number]) - 1
    entries[place].seenMs = max(entries[place].seenMs, nowMs)
    return entries[place].lane
  }

  /// Whether one more series may be held.
  var hasRoom: Bool { entries.count < seriesMax && byteCount < bytesMax }

  /// Holds a series that is not held, with the reference that the caller has to it.
  ///
  /// - Parameter bytes: what the series takes, at most.
  mutating func hold(_ id: SeriesID, lane: UInt32, bytes: Int, at nowMs: Int64) {
    let number = Int(id.rawValue)
    if number >= places.count {
      places.append(contentsOf: repeatElement(0, count: max(number + 1, places.count * 2) - places.count))
    }
    let bytes = UInt32(clamping: bytes)
    byteCount += Int(bytes)
    entries.append(Entry(id: id, lane: lane, bytes: bytes, seenMs: nowMs))
    places[number] = UInt32(entries.count)
  }

  // MARK: - By what named them

  /// The series that is known by `key`, which is noted as seen; absent for another.
  ///
  /// - Parameter next: what the call for the series before it left; 0 for the first one of a request.
  @inline(__always)
  mutating func recognise(
    _ key: Hash128.Digest, _ version: WriteMessageVersion, at nowMs: Int64, next: inout Int
  ) -> SeriesMark {
    switch version {
    case .v1: ofV1.find(key, at: nowMs, next: &next)
    case .v2: ofV2.find(key, at: nowMs, next: &next)
    }
  }

  /// Knows a series that is held by `key` from now on, if there is room. A series has one key for each form in which
  /// senders write it, mostly one.
  mutating func note(_ key: Hash128.Digest, _ version: WriteMessageVersion, _ mark: SeriesMark, at nowMs: Int64) {
    guard ofV1.count + ofV2.count < entries.count * 2 + Self.spareKeys else { return }
    switch version {
    case .v1: ofV1.note(key, mark, at: nowMs)
    case .v2: ofV2.note(key, mark, at: nowMs)
    }
  }

  /// Forgets the keys of 1.0 if a description of a family came or changed since the last call.
  ///
  /// - Parameter generation: of the descriptions now.
  mutating func follow(_ generation: UInt64) {
    if self.generation == generation { return }
    self.generation = generation
    settle(\.ofV1, keptFromMs: .max)
  }

  /// The bytes that the keys take.
  var keyByteCount: Int { ofV1.byteCount + ofV2.byteCount }

  /// Keys that may be known beside two for each series.
  private static let spareKeys = 1024

  /// Notes of the series of `keys` when they were seen, and forgets the keys that were not seen from `limitMs` on.
  private mutating func settle(_ keys: WritableKeyPath<PushedSeries, RecognisedSeries>, keptFromMs limitMs: Int64) {
    var settled = RecognisedSeries()
    swap(&settled, &self[keyPath: keys])
    settled.settle { mark, seenMs in
      let place = Int(places[Int(mark.id.rawValue)]) - 1
      entries[place].seenMs = max(entries[place].seenMs, seenMs)
      return seenMs >= limitMs
    }
    swap(&settled, &self[keyPath: keys])
  }

  /// Lets go of what was not seen for ``keepMs``.
  ///
  /// - Returns: the series whose reference the caller is to give back; none while it is too early to look again.
  mutating func expire(at nowMs: Int64) -> [SeriesID] {
    guard nowMs >= nextExpiryMs else { return [] }
    nextExpiryMs = nowMs + keepMs / 10
    let limitMs = min(nowMs - keepMs, visits.values.min() ?? .max)
    // A key that stays was seen late enough for its series to stay.
    settle(\.ofV1, keptFromMs: limitMs)
    settle(\.ofV2, keptFromMs: limitMs)
    var gone: [SeriesID] = []
    for place in entries.indices.reversed() where entries[place].seenMs < limitMs {
      gone.append(entries[place].id)
      byteCount -= Int(entries[place].bytes)
      places[Int(entries[place].id.rawValue)] = 0
      entries.swapAt(place, entries.count - 1)
      entries.removeLast()
      if place < entries.count { places[Int(entries[place].id.rawValue)] = UInt32(place + 1) }
    }
    return gone
  }
}
