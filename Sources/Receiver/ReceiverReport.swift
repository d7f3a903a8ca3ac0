/// What a receiver has seen since it started: the JSON of `GET /api/v1/receive/status`.
public struct ReceiverReport: Codable, Hashable, Sendable {
  public struct RequestCount: Codable, Hashable, Sendable {
    /// `v1`, `v2`, or `unknown` when the headers named neither.
    public var version: String
    /// The status answered; 0 when the connection was dropped on purpose.
    public var status: Int
    public var count: Int
  }

  /// Something that is against the specification, or that was refused.
  public struct Finding: Codable, Hashable, Sendable {
    /// A stable short code.
    public var code: String
    /// `violation` of a MUST, `warning` for a SHOULD, or `note`; absent for refusals.
    public var severity: String?
    public var count: Int
    /// The first one, for people.
    public var example: String
  }

  /// By version, then by status.
  public var requests: [RequestCount] = []
  /// Float samples written, repetitions included.
  public var samples = 0
  /// Native histogram samples written, repetitions included.
  public var histograms = 0
  public var exemplars = 0
  /// Metadata entries of 1.0 requests, and series of 2.0 requests with a type, help or unit.
  public var metadata = 0
  /// How many distinct series are remembered.
  public var series = 0
  /// Bytes of bodies as they came.
  public var bytesCompressed = 0
  /// Bytes of bodies that decompressed.
  public var bytesUncompressed = 0
  /// Compressed bytes for each sample or histogram written; 0 before the first.
  public var bytesPerSample = 0.0
  /// Points whose series and timestamp came before, taken or refused.
  public var duplicates = 0
  /// Points older than their series' newest and not known to be repetitions, taken or refused.
  public var outOfOrder = 0
  public var staleMarkers = 0
  /// Points, or series without points, that were not taken, by reason.
  public var refused: [Finding] = []
  /// Requests, series and points that were against the specification, refused or not.
  public var breaches: [Finding] = []
  /// Requests that met a misbehaviour.
  public var misbehaved = 0

  public init() {}
}

/// What a receiver knows of one series.
public struct SeriesReport: Codable, Hashable, Sendable {
  public var labels: [String: String]
  /// The newest value as Prometheus prints it, for JSON has no NaN and no infinity; of a histogram its sum.
  public var lastValue: String?
  /// `float` or `histogram`: what came last.
  public var kind: String?
  /// Milliseconds since the Unix epoch.
  public var firstTimestampMs: Int64?
  public var lastTimestampMs: Int64?
  public var samples: Int
  public var histograms: Int
  public var exemplars: Int
  public var duplicates: Int
  public var outOfOrder: Int
  public var staleMarkers: Int
  /// The type's word, if one was given.
  public var type: String?
  public var help: String?
  public var unit: String?
}
