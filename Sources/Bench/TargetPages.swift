import Synchronization

/// The pages of all targets of a rig: series of a ``PageKind`` whose numbers change from scrape to
/// scrape, at little cost beside what is measured.
public final class TargetPages: Sendable {
  private final class SharedPage: Sendable {
    let value: Mutex<TargetPage>
    init(_ page: TargetPage) { value = Mutex(page) }
  }

  private let pages: [SharedPage]

  /// The `instance` label of a target.
  public static func instance(_ target: Int) -> String {
    "10.\(1 + target / 62_500).\(target / 250 % 250).\(target % 250 + 1):9100"
  }

  /// - Parameter churn: the share of a target's series that is replaced from one scrape to the next.
  public init(targets: Int, seriesPerTarget: Int, kind: PageKind = .usual, churn: Double = 0) {
    pages = (0..<targets).map { target in
      SharedPage(TargetPage(target: target, series: seriesPerTarget, kind: kind, churn: churn))
    }
  }

  /// How many targets there are.
  public var count: Int { pages.count }

  /// How many pages were asked for in all.
  public var served: Int { pages.indices.reduce(0) { $0 + served(of: $1) } }

  /// How many pages of one target were asked for.
  public func served(of target: Int) -> Int { pages[target].value.withLock { $0.number } }

  /// The page of a target as it is at the next scrape; nil if there is no such target.
  public func page(of target: Int) -> [UInt8]? {
    pages.indices.contains(target) ? pages[target].value.withLock { $0.next() } : nil
  }

  /// The page that a path like `/target/7` names.
  public func page(at path: some StringProtocol) -> [UInt8]? {
    path.split(separator: "/").last.flatMap { Int($0) }.flatMap { page(of: $0) }
  }
}
