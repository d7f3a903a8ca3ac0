public import MetricModel

/// What Prometheus has no word for in a `remote_write` entry. It is set in the file of `--godwit.config`, so that the
/// `prometheus.yml` beside it stays valid there.
public struct DeliverySettings: Hashable, Sendable {
  /// How much may wait for the endpoint.
  public var backlog = BacklogBounds()
  /// Whether a refused request is taken apart until the guilty series stand alone and the rest has arrived. Remote
  /// Write 1.0 only: a 2.0 endpoint says itself how much it took.
  public var splitRejected = false
  /// Whether new samples may go ahead of a backlog, for an endpoint that accepts samples out of order.
  public var freshFirst = false
  /// What refused requests may take on disk before the oldest go.
  public var quarantineBytesMax: UInt64 = 64 << 20
  /// How names that Remote Write 1.0 does not allow are written there; never ``NameEscaping/allowUTF8``.
  public var rw1Escaping = NameEscaping.underscores
  public init() {}
}

/// What may wait in the log, and what happens when it is more.
public struct BacklogBounds: Hashable, Sendable {
  /// Bytes of the log; 0 means no bound.
  public var bytesMax: UInt64 = 0
  /// For how long a sample waits at most; zero means no bound. Older ones expire, whatever `atCap` says.
  public var ageMax: Duration = .zero
  public var atCap: CapPolicy = .dropOldest
  public init() {}
}

/// What happens when a log has reached its bound in bytes; the raw value is the word in files and flags.
public enum CapPolicy: String, Sendable, CaseIterable {
  /// The oldest samples expire, and are counted.
  case dropOldest = "drop-oldest"
  /// New samples are not taken until there is room: a pusher is told to come again, a scrape counts as not taken.
  case refuseNew = "refuse-new"
}
