import ByteCoding
import RemoteWriteProtocol

/// Which lane of the log a pushed series is on.
///
/// A series stays on one lane whatever connection or request brings it, now and after a restart, so its samples stay
/// in the order in which they were taken on the way to every endpoint. The series of one target, which is to say of one
/// job and instance, share theirs, as they do where the agent scrapes it itself: what a sender puts beside each other
/// stays so, in one record and in one request. A series without an instance is spread by all of its labels.
///
/// There are sixteen lanes: each costs a request a record of its own, and a shard owns whole lanes, so pushes can use up
/// to sixteen shards of an endpoint, and few of them use them evenly. The number is fixed, because with another one
/// series would change lanes.
enum PushLane {
  static let count: UInt32 = 16
  static let all = first..<first + count

  /// The first of the lanes. Targets have lanes all over the range, by hash; meeting one of them costs nothing.
  private static let first: UInt32 = 0x7075_7300

  /// Which of ``all`` a lane is, from 0.
  static func index(of lane: UInt32) -> UInt32 { (lane &- first) % count }

  /// Not the process's own: what is in the log was put there by an earlier one.
  private static let hash = Hash64(seed: 0x676f_6477_6974)

  /// - Parameters:
  ///   - labels: sorted by name.
  ///   - scratch: reused from series to series.
  /// - Complexity: O(bytes of the labels).
  static func of(_ labels: DecodedLabels, scratch: inout [UInt8]) -> UInt32 {
    scratch.removeAll(keepingCapacity: true)
    let hasInstance = (0..<labels.count).contains { labels.name(at: $0) == instanceLabel }
    for index in 0..<labels.count {
      let name = labels.name(at: index)
      if hasInstance && name != instanceLabel && name != jobLabel { continue }
      scratch.append(contentsOf: name)
      // In no UTF-8 text, so no two label sets are written the same way.
      scratch.append(0xff)
      scratch.append(contentsOf: labels.value(at: index))
      scratch.append(0xff)
    }
    return first + UInt32(truncatingIfNeeded: hash(scratch, 0..<scratch.count) % UInt64(count))
  }

  private static let instanceLabel = Array("instance".utf8)[...]
  private static let jobLabel = Array("job".utf8)[...]
}
