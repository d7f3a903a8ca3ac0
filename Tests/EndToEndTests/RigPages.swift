import Bench

/// The pages of a rig's targets are those that `godwit bench` serves.
typealias RigPages = TargetPages

extension TargetPages {
  /// Answers a scrape of `/target/<number>`.
  @Sendable func answer(_ request: SiteRequest) -> SiteAnswer {
    page(at: request.path).map { .page($0) } ?? .page(status: 404, [])
  }
}
