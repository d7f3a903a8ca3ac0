import Bench

/// The pages of a rig's targets: those that `godwit bench` serves, as answers of a ``Site``.
final class RigPages: Sendable {
  private let pages: TargetPages

  /// The `instance` label of a target.
  static func instance(_ target: Int) -> String { TargetPages.instance(target) }

  init(targets: Int, seriesPerTarget: Int) {
    pages = TargetPages(targets: targets, seriesPerTarget: seriesPerTarget)
  }

  /// How many pages were asked for in all, and of one target.
  var served: Int { pages.served }
  func served(of target: Int) -> Int { pages.served(of: target) }

  /// Answers a scrape of `/target/<number>`.
  @Sendable func answer(_ request: SiteRequest) -> SiteAnswer {
    pages.page(at: request.path).map { .page($0) } ?? .page(status: 404, [])
  }
}
