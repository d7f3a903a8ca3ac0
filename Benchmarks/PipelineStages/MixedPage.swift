import GodwitTesting

/// A target's page: 38 % of its series belong to classic histograms, 44 % are counters of processors, 11 % have the long
/// labels of containers and 7 % are gauges. Its numbers change from one scrape to the next, its lines do not.
struct MixedPage {
  /// The digits of a number that grows.
  private struct Digits {
    var end: Int
    var count: Int
    var value: UInt64
    var step: UInt64
  }

  private(set) var text: [UInt8] = []
  /// By container, where in the text the digits lie that tell it from others.
  private var identities: [[Int]] = []
  private var replaced = 0
  private var growing: [Digits] = []
  private var random: SeededRandom

  init(target: Int, series: Int) {
    random = SeededRandom(seed: UInt64(target) + 1)
    let histograms = series * 38 / 100
    let processors = series * 44 / 100
    let containers = series * 11 / 100
    appendHistograms(histograms)
    appendProcessors(processors)
    appendContainers(containers)
    appendGauges(series - histograms - processors - containers)
  }

  /// Lets a scrape interval pass.
  mutating func advance() {
    for index in growing.indices {
      growing[index].value &+= growing[index].step
      var (value, place) = (growing[index].value, growing[index].end)
      for _ in 0..<growing[index].count {
        place -= 1
        if text[place] == UInt8(ascii: ".") { place -= 1 }
        text[place] = UInt8(ascii: "0") + UInt8(value % 10)
        value /= 10
      }
    }
  }

  /// Lets so many containers end, and others take their places.
  mutating func replaceContainers(_ count: Int) {
    for _ in 0..<min(count, identities.count) {
      let digits = Array(String(random.next() | 1 << 63, radix: 16).utf8)
      for start in identities[replaced % identities.count] { text.replaceSubrange(start..<start + 16, with: digits) }
      replaced += 1
    }
  }

  private mutating func appendHistograms(_ count: Int) {
    let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
    let name = "http_request_duration_seconds"
    append(family: name, "histogram", "How long requests took to answer.")
    for index in 0..<count {
      let (route, part) = index.quotientAndRemainder(dividingBy: bounds.count + 2)
      let labels = "code=\"200\",handler=\"/api/v1/resource/\(route)\",method=\"GET\""
      let step = UInt64(part + route % 3)
      switch part {
      case bounds.count: append("\(name)_sum{\(labels)}", digits: 9, decimals: 3, step: 137)
      case bounds.count + 1: append("\(name)_count{\(labels)}", digits: 7, step: step)
      default: append("\(name)_bucket{\(labels),le=\"\(bounds[part])\"}", digits: 7, step: step / 2)
      }
    }
  }

  private mutating func appendProcessors(_ count: Int) {
    let modes = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"]
    append(family: "node_cpu_seconds_total", "counter", "Seconds the processors spent in each mode.")
    for index in 0..<count {
      let (processor, mode) = index.quotientAndRemainder(dividingBy: modes.count)
      // A mode in four stands still, as on a machine that does little.
      append(
        "node_cpu_seconds_total{cpu=\"\(processor)\",mode=\"\(modes[mode])\"}", digits: 8, decimals: 2,
        step: UInt64(mode % 4 * 113))
    }
  }

  private mutating func appendContainers(_ count: Int) {
    let name = "container_network_receive_bytes_total"
    append(family: name, "counter", "Bytes that the container received.")
    for index in 0..<count {
      let id = String(random.next() | 1 << 63, radix: 16) + String(random.next(), radix: 16)
      let start = text.count
      let pod = "checkout-\(String(random.next() >> 32, radix: 16))-\(index)"
      append(
        "\(name){container=\"POD\",id=\"/kubepods.slice/kubepods-burstable.slice/\(id)\","
          + "image=\"registry.example.com/platform/checkout:v1.\(index)\",interface=\"eth0\","
          + "name=\"k8s_\(pod)_\(id)\",namespace=\"production\",pod=\"\(pod)\"}", digits: 10, step: 48_611)
      identities.append(Self.places(of: Array(id.utf8), in: text[start...]))
    }
  }

  private static func places(of digits: [UInt8], in line: ArraySlice<UInt8>) -> [Int] {
    line.indices.filter { line[$0] == digits[0] && line[$0...].starts(with: digits) }
  }

  private mutating func appendGauges(_ count: Int) {
    append(family: "node_filesystem_avail_bytes", "gauge", "Bytes that are free.")
    for index in 0..<count {
      append(
        "node_filesystem_avail_bytes{device=\"/dev/sd\(index)\",mountpoint=\"/data/\(index)\"}", digits: 11, step: 4096)
    }
  }

  private mutating func append(family name: String, _ type: String, _ help: String) {
    text += Array("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
  }

  /// A line whose number has so many digits, `decimals` of them behind a point.
  private mutating func append(_ series: String, digits: Int, decimals: Int = 0, step: UInt64) {
    let least = (1..<digits).reduce(into: UInt64(1)) { power, _ in power *= 10 }
    // Far enough below one digit more for all rounds of a run.
    let value = least + random.next() % (least * 4)
    var number = String(value)
    if decimals > 0 { number.insert(".", at: number.index(number.endIndex, offsetBy: -decimals)) }
    text += Array("\(series) \(number)".utf8)
    if step > 0 { growing.append(Digits(end: text.count, count: digits, value: value, step: step)) }
    text.append(UInt8(ascii: "\n"))
  }
}
