/// The series of a target: those of a ``PageKind``, after one counter of pages.
///
///     PageMix.series(target: 7, count: 1000)      // always the same thousand
public struct PageMix {
  /// The counter that every page has first; it says how often the target was read.
  public static let pageNumberName = "rig_page_number"
  /// The share of series that ``TargetPage`` can replace: those of containers, which come and go.
  public static let churnMax = 0.1

  private var random: MixRandom
  private var all: [PageSeries] = []

  /// - Parameter count: how many series; one at least.
  public static func series(target: Int, count: Int, kind: PageKind = .usual) -> [PageSeries] {
    var mix = PageMix(random: MixRandom(seed: UInt64(truncatingIfNeeded: target) &+ 1))
    mix.all.reserveCapacity(count)
    mix.all.append(
      PageSeries(
        family: PageFamily(name: pageNumberName, kind: .counter, help: "The number of the page."),
        name: pageNumberName, labels: [], base: 100_000_000, step: 1, digits: 9))
    switch kind {
    case .usual, .loneContainers:
      let (histograms, processors, containers) = (count * 38 / 100, count * 44 / 100, count * 11 / 100)
      mix.addHistograms(histograms)
      mix.addProcessors(processors)
      if kind == .usual { mix.addContainers(containers) } else { mix.addLoneContainers(containers) }
      mix.addGauges(count - 1 - histograms - processors - containers)
    case .histograms: mix.addHistograms(count - 1)
    case .processors: mix.addProcessors(count - 1)
    case .containers: mix.addContainers(count - 1)
    }
    return mix.all
  }

  private init(random: MixRandom) { self.random = random }

  private mutating func addHistograms(_ count: Int) {
    let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
    let family = PageFamily(
      name: "http_request_duration_seconds", kind: .histogram, help: "How long requests took, by handler and code.")
    var left = count
    var handler = 0
    while left > 0 {
      let labels = [("handler", "/api/v1/resource/\(handler)"), ("code", "200"), ("method", "GET")]
      handler += 1
      var base = Int.random(in: 1_000_000...2_000_000, using: &random)
      var step = 1
      for bound in bounds where left > 2 {
        all.append(
          PageSeries(
            family: family, name: family.name + "_bucket", labels: labels + [("le", bound)], base: base, step: step,
            digits: 7))
        base += Int.random(in: 0...1000, using: &random)
        step += Int.random(in: 0...1, using: &random)
        left -= 1
      }
      all.append(
        PageSeries(
          family: family, name: family.name + "_sum", labels: labels, base: base * 100, step: 137, digits: 9,
          decimals: 3))
      left -= 1
      guard left > 0 else { break }
      all.append(
        PageSeries(family: family, name: family.name + "_count", labels: labels, base: base, step: step, digits: 7))
      left -= 1
    }
  }

  private mutating func addProcessors(_ count: Int) {
    let modes = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"]
    let family = PageFamily(
      name: "node_cpu_seconds_total", kind: .counter, help: "Seconds the CPUs spent in each mode.")
    for index in 0..<max(0, count) {
      // A mode in four stands still, as on a machine that does little.
      all.append(
        PageSeries(
          family: family, name: family.name,
          labels: [("cpu", "\(index / modes.count)"), ("mode", modes[index % modes.count])],
          base: .random(in: 10_000_000...50_000_000, using: &random), step: index % 4 * 113, digits: 8, decimals: 2))
    }
  }

  /// Containers with a series each.
  private mutating func addLoneContainers(_ count: Int) {
    let family = PageFamily(
      name: "container_network_receive_bytes_total", kind: .counter, help: "Bytes received.")
    for index in 0..<max(0, count) {
      let container = PageContainer(index, random: &random)
      all.append(
        container.series(
          of: family, base: .random(in: 1_000_000_000...5_000_000_000, using: &random), step: 48_611, digits: 10))
    }
  }

  /// Containers with a series in each of the families that there are of them.
  private mutating func addContainers(_ count: Int) {
    let families = PageContainer.families
    let containers = (0..<(count + families.count - 1) / families.count).map { PageContainer($0, random: &random) }
    var left = count
    for (family, step) in families {
      for container in containers.prefix(max(0, left)) {
        all.append(
          container.series(
            of: family, base: .random(in: 1_000_000_000...5_000_000_000, using: &random), step: step, digits: 10))
      }
      left -= containers.count
    }
  }

  private mutating func addGauges(_ count: Int) {
    let family = PageFamily(
      name: "node_filesystem_avail_bytes", kind: .gauge, help: "Bytes that are free, by mount point.")
    for index in 0..<max(0, count) {
      all.append(
        PageSeries(
          family: family, name: family.name, labels: [("device", "/dev/sd\(index)"), ("mountpoint", "/data/\(index)")],
          base: .random(in: 10_000_000_000...50_000_000_000, using: &random), step: 4096, digits: 11))
    }
  }
}
