import GodwitTesting

/// One target's page with the numbers that change on it.
struct RigPage: Sendable {
  /// A number on the page: the place of its last digit, how many digits it has, its beginning and its growth. A point
  /// among the digits is stepped over.
  private struct Slot {
    var last: Int
    var width: Int
    var base: Int
    var step: Int
  }

  private var bytes: [UInt8] = []
  private var slots: [Slot] = []
  /// How many times it was asked for.
  private(set) var number = 0

  init(target: Int, series: Int) {
    var random = SeededRandom(seed: UInt64(target) &+ 1)
    let histograms = series * 38 / 100
    let processors = series * 44 / 100
    let containers = series * 11 / 100
    family("rig_page_number", "counter", "The number of the page.")
    append("rig_page_number", base: 100_000_000, step: 1, digits: 9)
    addHistograms(histograms, &random)
    addProcessors(processors, &random)
    addContainers(containers, &random)
    addGauges(series - 1 - histograms - processors - containers, &random)
  }

  /// The page as it is at the next scrape.
  mutating func next() -> [UInt8] {
    number += 1
    let (number, slots) = (number, slots)
    bytes.withUnsafeMutableBufferPointer { bytes in
      for slot in slots where slot.step > 0 {
        var value = slot.base &+ slot.step &* number
        var place = slot.last
        for _ in 0..<slot.width {
          if bytes[place] == 0x2e { place &-= 1 }
          bytes[place] = 0x30 &+ UInt8(truncatingIfNeeded: value % 10)
          value /= 10
          place &-= 1
        }
      }
    }
    return bytes
  }

  // MARK: - The mix

  private mutating func addHistograms(_ count: Int, _ random: inout SeededRandom) {
    let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
    family("http_request_duration_seconds", "histogram", "How long requests took, by handler and code.")
    var left = count
    var handler = 0
    while left > 0 {
      let labels = "handler=\"/api/v1/resource/\(handler)\",code=\"200\",method=\"GET\""
      handler += 1
      var base = Int.random(in: 1_000_000...2_000_000, using: &random)
      var step = 1
      for bound in bounds where left > 2 {
        append("http_request_duration_seconds_bucket{\(labels),le=\"\(bound)\"}", base: base, step: step, digits: 7)
        base += Int.random(in: 0...1000, using: &random)
        step += Int.random(in: 0...1, using: &random)
        left -= 1
      }
      append("http_request_duration_seconds_sum{\(labels)}", base: base * 100, step: 137, digits: 9, decimals: 3)
      left -= 1
      if left > 0 { append("http_request_duration_seconds_count{\(labels)}", base: base, step: step, digits: 7) }
      left -= 1
    }
  }

  private mutating func addProcessors(_ count: Int, _ random: inout SeededRandom) {
    let modes = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"]
    family("node_cpu_seconds_total", "counter", "Seconds the CPUs spent in each mode.")
    for index in 0..<count {
      // A mode in four stands still, as on a machine that does little.
      append(
        "node_cpu_seconds_total{cpu=\"\(index / modes.count)\",mode=\"\(modes[index % modes.count])\"}",
        base: .random(in: 10_000_000...50_000_000, using: &random), step: index % 4 * 113, digits: 8, decimals: 2)
    }
  }

  private mutating func addContainers(_ count: Int, _ random: inout SeededRandom) {
    family("container_network_receive_bytes_total", "counter", "Bytes received.")
    for index in 0..<count {
      let id = String(random.next(), radix: 16) + String(random.next(), radix: 16)
      let pod = "checkout-frontend-\(String(random.next() % 0xffff_ffff, radix: 16))-\(index)"
      append(
        "container_network_receive_bytes_total{container=\"POD\",id=\"/kubepods.slice/kubepods-burstable.slice/\(id)\","
          + "image=\"registry.example.com/platform/checkout-frontend:v1.\(index)\",interface=\"eth0\","
          + "name=\"k8s_\(pod)_\(id)\",namespace=\"production\",pod=\"\(pod)\"}",
        base: .random(in: 1_000_000_000...5_000_000_000, using: &random), step: 48_611, digits: 10)
    }
  }

  private mutating func addGauges(_ count: Int, _ random: inout SeededRandom) {
    family("node_filesystem_avail_bytes", "gauge", "Bytes that are free, by mount point.")
    for index in 0..<count {
      append(
        "node_filesystem_avail_bytes{device=\"/dev/sd\(index)\",mountpoint=\"/data/\(index)\"}",
        base: .random(in: 10_000_000_000...50_000_000_000, using: &random), step: 4096, digits: 11)
    }
  }

  private mutating func family(_ name: String, _ type: String, _ help: String) {
    bytes += Array("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
  }

  /// - Parameters:
  ///   - base: has exactly `digits` digits, and far enough from one more for all the scrapes of a run.
  ///   - decimals: how many of the digits follow a point.
  private mutating func append(_ series: String, base: Int, step: Int, digits: Int, decimals: Int = 0) {
    var text = String(base)
    precondition(text.utf8.count == digits)
    if decimals > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -decimals)) }
    bytes += Array("\(series) \(text)\n".utf8)
    slots.append(Slot(last: bytes.count - 2, width: digits, base: base, step: step))
  }
}
