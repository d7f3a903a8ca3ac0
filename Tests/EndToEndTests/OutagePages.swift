import Foundation
import Synchronization

/// The pages of one agent's targets, with the time at which each was served, until serving ends.
///
/// Every page has its number on it, so a page that an agent lost shows as a number that its endpoint never got.
final class OutagePages: Sendable {
  private struct State {
    /// By target: when each page was handed out.
    var servedAt: [[ContinuousClock.Instant]]
    var isOver = false
  }

  let targets: Int
  let seriesPerTarget: Int
  private let pages: RigPages
  private let state: Mutex<State>

  init(targets: Int, seriesPerTarget: Int) {
    self.targets = targets
    self.seriesPerTarget = seriesPerTarget
    pages = RigPages(targets: targets, seriesPerTarget: seriesPerTarget)
    state = Mutex(State(servedAt: Array(repeating: [], count: targets)))
  }

  /// Answers a scrape of a path that ends in the target's number.
  @Sendable func answer(_ request: SiteRequest) -> SiteAnswer {
    guard let target = request.path.split(separator: "/").last.flatMap({ Int($0) }), (0..<targets).contains(target)
    else { return .page(status: 404, []) }
    let isServed = state.withLock { state in
      if !state.isOver { state.servedAt[target].append(.now) }
      return !state.isOver
    }
    return isServed ? pages.answer(request) : .page(status: 404, [])
  }

  /// From now on no page is served, so that what still arrives is backlog.
  func end() { state.withLock { $0.isOver = true } }

  /// The longest time between two pages of one target; in seconds.
  var longestGapSeconds: Double {
    state.withLock { state in
      state.servedAt.flatMap { times in zip(times, times.dropFirst()).map { ($1 - $0).inSeconds } }.max() ?? 0
    }
  }

  /// How many pages each target served, without those served during `exempt`: they may have been under way.
  func served(except exempt: ClosedRange<ContinuousClock.Instant>? = nil) -> [Int] {
    state.withLock { state in
      state.servedAt.map { times in times.count { time in exempt.map { !$0.contains(time) } ?? true } }
    }
  }
}
