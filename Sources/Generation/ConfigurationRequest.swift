public import Settings

/// What a configuration is asked for.
public struct ConfigurationRequest: Sendable {
  public enum Mode: String, Sendable, CaseIterable {
    /// Scrapes and sends, answers no queries.
    case agent
    /// Keeps what it scrapes as well.
    case server
  }

  public var backend: BackendProfile
  public var consumer: Consumer
  public var mode = Mode.agent
  /// The address in full; nil where it is made of ``pieces``.
  public var url: String?
  /// Parts of the address by their names: `host`, `region`, …; `tenant` is one of them.
  public var pieces: [String: String] = [:]
  /// nil for the usual one of the backend.
  public var authentication: AuthenticationKind?
  public var credentials: [AuthenticationFlag: [String]] = [:]
  /// nil for the usual one.
  public var message: WriteMessage?
  /// Samples a second; nil where nobody knows.
  public var rate: Int?
  /// From sending a request to its answer; nil where nobody has measured it.
  public var latency: Duration?
  /// What the program may take, in bytes.
  public var memoryBytes: UInt64?
  /// For how long the endpoint may be away without losing samples.
  public var outage: Duration?
  public var cluster: String?
  public var replica: String?
  /// `host:port` of what is scraped.
  public var targets: [String] = []
  public var interval: Duration = .seconds(15)
  /// Where the program's own page is, so that it is scraped too; nil to leave it out.
  public var ownAddress: String? = "127.0.0.1:9090"
  /// Whether new samples may go ahead of a backlog.
  public var freshFirst = false

  public init(backend: BackendProfile, consumer: Consumer = .godwit) {
    self.backend = backend
    self.consumer = consumer
  }

  /// What a request takes where nobody has measured it: a hosted endpoint in the same part of the world.
  static let latencyDefault = Duration.milliseconds(100)

  /// Reads `50000`, `50k`, `1.5M`.
  public static func rate(_ text: String) throws(GenerationProblem) -> Int {
    if let rate = Quantity.rate(text) { return rate }
    throw GenerationProblem("\"\(text)\" is no rate", fix: "write samples a second: --rate 50000, 50k or 1.5M")
  }
}
