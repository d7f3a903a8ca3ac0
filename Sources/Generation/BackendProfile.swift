public import Settings

/// What is known of one kind of endpoint: its address, who may write, which messages it takes, and its limits.
///
/// Profiles are data: one small file each in `Profiles`, with the places where its facts were read and the day they
/// were checked.
public struct BackendProfile: Hashable, Sendable {
  /// A part of the address that whoever asks has to name, by the flag of the same name.
  public struct Piece: Hashable, Sendable {
    public var name: String
    public var about: String
    /// What holds where it is not named; nil where it must be.
    public var defaultValue: String?

    /// `--host`
    public var flag: String { "--\(name)" }
  }

  /// How the backend is told whose samples they are.
  public struct Tenant: Hashable, Sendable {
    public var header: String
    /// Whether the backend as it comes refuses requests without it.
    public var isRequired: Bool
    public var about: String
  }

  /// Where a token comes from, where that is the same for all.
  public struct TokenSource: Hashable, Sendable {
    /// A pattern like ``BackendProfile/url``.
    public var url: String
    public var scopes: [String]
  }

  /// The word for it on the command line: the name of its file.
  public var name: String
  public var title: String
  /// A pattern: `{host}` stands for the piece called host.
  public var url: String
  public var pieces: [Piece]
  /// The usual one first.
  public var authentications: [AuthenticationKind]
  public var tenant: Tenant?
  public var tokenSource: TokenSource?
  /// The usual one first.
  public var messages: [WriteMessage]
  /// The most samples in a request, where the backend, or its maker's own example, has fewer than a sender's default.
  public var batchMax: Int?
  /// Samples a second that it takes from one account before anything is raised.
  public var rateMax: Int?
  /// How old a sample may be, where that is bounded.
  public var ageMax: Duration?
  /// Whether it is known to take samples out of order, however old, as it comes.
  public var acceptsOutOfOrder: Bool
  /// The external label that tells replicas apart, as its deduplication expects it.
  public var replicaLabel: String
  public var limits: [String]
  /// What it answers when it is sent too much.
  public var throttling: String
  /// Why it may not work at all, where there is a reason to say so.
  public var caution: String?
  public var notes: [String]
  /// Where the facts were read.
  public var sources: [String]
  /// When, as `2026-11-23`.
  public var date: String

  /// The path of ``url`` with its query, as a pattern.
  public var path: String {
    let rest = url.dropFirst("https://".count)
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }
}
