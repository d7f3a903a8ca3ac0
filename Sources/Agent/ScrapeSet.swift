import Discovery
import MetricModel
import Relabeling
import Scraping
import Settings
import Synchronization

/// The scrape jobs that run, by name, each with what finds its targets.
final class ScrapeSet: Sendable {
  private let context: ScrapeContext
  private let sources: DiscoverySources
  private let discovery: DiscoveryScheduler
  private let running = Mutex<[String: ScrapePool]>([:])

  init(context: ScrapeContext, sources: DiscoverySources) {
    self.context = context
    self.sources = sources
    discovery = DiscoveryScheduler { [metrics = sources.metrics] in metrics.note($0) }
  }

  /// Makes `jobs` what runs. A job whose settings did not change goes on undisturbed, with what it remembers; a
  /// changed one begins anew, but with what its unchanged sources of targets know.
  func apply(_ jobs: [ScrapeSettings]) async throws(AgentError) {
    var pools: [ScrapePool] = []
    for job in jobs where running.withLock({ $0[job.jobName]?.settings }) != job {
      do {
        pools.append(try ScrapePool(job, context: context))
      } catch {
        throw .job(name: job.jobName, reason: error.description)
      }
    }
    let names = Set(jobs.map(\.jobName))
    let changed = Set(pools.map(\.settings.jobName))
    for (name, old) in running.withLock({ $0 }) where !names.contains(name) || changed.contains(name) {
      if !names.contains(name) { discovery.end(name) }
      await old.stop(targetsAreGone: true)
      sources.metrics.remove(job: name)
      running.withLock { $0[name] = nil }
    }
    for pool in pools {
      running.withLock { $0[pool.settings.jobName] = pool }
      discovery.run(pool.settings.jobName, sources: sources.sources(of: pool.settings)) { pool.update($0) }
    }
  }

  /// Stops scraping at once; the series do not end, the next start goes on with them.
  func stop() async {
    discovery.endAll()
    let all = running.withLock { Array($0.values) }
    await withTaskGroup { group in
      for pool in all { group.addTask { await pool.stop(targetsAreGone: false) } }
    }
  }

  var pools: [ScrapePool] {
    running.withLock { Array($0.values) }.sorted { $0.settings.jobName < $1.settings.jobName }
  }

  var families: [(name: String, metadata: MetricMetadata)] { pools.flatMap(\.families) }
}
