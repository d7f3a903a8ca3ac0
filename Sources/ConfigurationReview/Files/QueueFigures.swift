import AgentConfiguration
import Settings

/// What a queue is sized with: what the file says, and for the rest what the program takes by default.
struct QueueFigures: Sendable, Hashable {
  var capacity: Int
  var batch: Int
  var minShards: Int
  var maxShards: Int

  /// Where nobody says which program it is, Prometheus of today is taken.
  init(_ endpoint: ReviewedFile.Endpoint, for program: ReviewedProgram?) {
    let defaults = Self.defaults(of: program)
    let queue = endpoint.queue
    func figure(_ key: String, _ byDefault: Int) -> Int { max(1, queue.integer(key)?.value ?? byDefault) }
    capacity = figure("capacity", defaults.capacity)
    batch = figure("max_samples_per_send", defaults.batch)
    minShards = figure("min_shards", 1)
    maxShards = figure("max_shards", defaults.maxShards)
  }

  /// Samples a second, when a request takes `latency` seconds and every shard has one under way.
  func ceiling(latency: Double) -> Double { Double(maxShards) * Double(batch) / latency }

  /// Samples that are in memory when all shards are full.
  var samplesMax: Double { Double(maxShards) * (Double(capacity) + Double(batch)) }

  private static func defaults(of program: ReviewedProgram?) -> (capacity: Int, batch: Int, maxShards: Int) {
    switch program?.name {
    case .godwit:
      let settings = QueueSettings()
      return (settings.capacity, settings.maxSamplesPerSend, settings.maxShards)
    case .prometheus where (program?.version ?? .init(3, 0)) < .init(2, 44): return (2_500, 500, 200)
    default: return (10_000, 2_000, 50)
    }
  }
}

extension Double {
  /// A whole number with its thousands apart: `1,250,000`.
  var spelled: String {
    guard let whole = Int64(exactly: rounded()) else { return "\(self)" }
    let digits = String(whole.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return (whole < 0 ? "-" : "") + text
  }
}

extension Int {
  var spelled: String { Double(self).spelled }
}
