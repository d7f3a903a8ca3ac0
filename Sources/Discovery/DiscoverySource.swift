public import Settings

/// Something that knows where targets are, and tells when that changes.
public protocol DiscoverySource: Sendable {
  /// Everything known, once at the start and again after each change: groups by the name of what they came from (a
  /// file's path, for example). What a snapshot does not mention is gone.
  ///
  /// A consumer that is slow sees the newest snapshot only. Ending the iteration ends the work behind it. Each call
  /// starts anew.
  func updates() -> AsyncStream<[String: [TargetGroup]]>
}

/// The targets of `static_configs`: known from the start, never changing.
public struct StaticDiscovery: DiscoverySource {
  /// The name that ``updates()`` gives to the groups.
  public static let sourceName = "static"

  private let groups: [TargetGroup]

  public init(groups: [TargetGroup]) { self.groups = groups }

  public func updates() -> AsyncStream<[String: [TargetGroup]]> {
    let groups = groups
    return AsyncStream { continuation in
      continuation.yield([Self.sourceName: groups])
      continuation.finish()
    }
  }
}
