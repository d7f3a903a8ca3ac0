import Intake
public import Listening
public import RemoteWriteProtocol

/// How a ``RemoteWriteReceiver`` listens and what it takes.
public struct ReceiverSettings: Hashable, Sendable {
  /// Where it listens and what it bears from clients. Port 0 takes any free one; ``RemoteWriteReceiver/start()`` tells
  /// which.
  public var listener = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
  /// A request with another message is refused with 415.
  public var acceptedVersions: Set<WriteMessageVersion> = [.v1, .v2]
  /// The most that a body may hold, both as it arrives (more is refused with 413) and decompressed (400).
  public var bodyBytesMax = 32 << 20
  /// The most series that are remembered. A new one beyond it is refused with 400 and a reason.
  public var seriesMax = 1_000_000
  /// The most labels a series may have.
  public var labelsPerSeriesMax = 128
  /// Refuse samples that are older than their series' newest, or repeat its time with another value, as Prometheus
  /// does without an out-of-order window. Otherwise they are taken and counted.
  public var strictOrder = false
  /// Remember every timestamp of every series, in some two bytes each, so that ``ReceiverReport/duplicates`` and
  /// ``ReceiverReport/outOfOrder`` are exact. Otherwise the last 64 of a series are remembered, and a repetition of an
  /// older one counts as out of order.
  public var keepsAllTimestamps = false
  /// What the receiver does wrong on purpose, from the start.
  public var misbehaviour: Misbehaviour?

  public init() {}

  /// The part that is about single requests.
  var limits: IntakeLimits {
    var limits = IntakeLimits()
    limits.acceptedVersions = acceptedVersions
    limits.bodyBytesMax = bodyBytesMax
    limits.labelsPerSeriesMax = labelsPerSeriesMax
    return limits
  }
}
