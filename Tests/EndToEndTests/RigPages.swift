import Synchronization

/// The pages of a rig's targets: a realistic mix of series whose digits change from scrape to scrape.
///
/// Of the series 38 % belong to classic histograms, 44 % are counters for each CPU, 11 % carry the long labels of
/// containers and 7 % are gauges. A page is rendered once; afterwards only the digits of its numbers are overwritten,
/// in place and in the same width, so that serving it costs little beside what is measured.
final class RigPages: Sendable {
  private let pages: [SharedPage]

  /// The `instance` label of a target.
  static func instance(_ target: Int) -> String { "10.1.\(target / 250).\(target % 250 + 1):9100" }

  init(targets: Int, seriesPerTarget: Int) {
    pages = (0..<targets).map { target in SharedPage(RigPage(target: target, series: seriesPerTarget)) }
  }

  /// How many pages were asked for in all, and of one target.
  var served: Int { (0..<pages.count).reduce(0) { $0 + served(of: $1) } }
  func served(of target: Int) -> Int { pages[target].value.withLock { $0.number } }

  /// Answers a scrape of `/target/<number>`.
  @Sendable func answer(_ request: SiteRequest) -> SiteAnswer {
    guard let target = request.path.split(separator: "/").last.flatMap({ Int($0) }), pages.indices.contains(target)
    else { return .page(status: 404, []) }
    return .page(pages[target].value.withLock { $0.next() })
  }

  private final class SharedPage: Sendable {
    let value: Mutex<RigPage>
    init(_ page: RigPage) { value = Mutex(page) }
  }
}
