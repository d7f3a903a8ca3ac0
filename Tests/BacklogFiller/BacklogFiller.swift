import DurableLog
import Foundation
import MetricModel
import SampleLog

/// Fills the log of an agent that does not run, by the writer that the agent has: a backlog of any size in a minute.
///
///     BacklogFiller <directory> <bytes> <targets> <series> <first timestamp> <milliseconds between pages>
///
/// Pages are written until the log takes `bytes` on disk. Each target is a lane with a page of `series` counters at
/// every turn. What was written is told as one line of JSON.
@main
struct BacklogFiller {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    let numbers = words.dropFirst().compactMap { Int64($0) }
    guard let directory = words.first, words.count == 6, numbers.count == 5, numbers.allSatisfy({ $0 > 0 }) else {
      FileHandle.standardError.write(
        Data("usage: BacklogFiller <directory> <bytes> <targets> <series> <first ms> <step ms>\n".utf8))
      exit(2)
    }
    var filling = try Filling(directory: directory, targets: Int(numbers[1]), series: Int(numbers[2]))
    let last = try filling.run(until: UInt64(numbers[0]), from: numbers[3], step: numbers[4])
    print("{\"samples\": \(filling.samples), \"bytes\": \(filling.bytes), \"lastMs\": \(last)}")
  }
}

/// Pages on their way into a log.
private struct Filling {
  private let log: DurableLog
  private let sink: SampleLog
  private let targets: Int
  /// By target, in the order of the page.
  private var series: [[SeriesID]] = []
  private(set) var samples = 0

  init(directory: String, targets: Int, series: Int) throws {
    log = try DurableLog(directory: directory)
    let registry = SeriesRegistry()
    sink = SampleLog(log: log, registry: registry)
    self.targets = targets
    let metadata = MetricMetadata(type: .counter, help: "Seconds the CPUs spent in each mode.", unit: "")
    for target in 0..<targets {
      self.series.append(
        registry.withTable { table in
          (0..<series).map { number in
            let labels = LabelSet([
              "__name__": "node_cpu_seconds_total", "job": "backlog", "instance": "10.1.0.\(target):9100",
              "cpu": "\(number / 8)", "mode": "mode-\(number % 8)",
            ])
            return table.register(labels, metadata)
          }
        })
    }
  }

  var bytes: UInt64 { log.bytes }

  /// - Returns: the timestamp of the last page.
  mutating func run(until bytesMin: UInt64, from firstMs: Int64, step: Int64) throws -> Int64 {
    var batch = SampleBatch()
    var (timestampMs, turn) = (firstMs, 0.0)
    while log.bytes < bytesMin {
      for target in 0..<targets {
        batch.removeAll()
        for (place, id) in series[target].enumerated() {
          // A series in four stands still, as on a machine that does little.
          let value = Double(place) * 1000 + turn * Double(place % 4) * 1.13
          batch.append(id, timestampMs: timestampMs, value: value)
        }
        try sink.take(batch, lane: UInt32(truncatingIfNeeded: target))
        samples += batch.sampleCount
      }
      turn += 1
      timestampMs += step
    }
    try log.close()
    return timestampMs - step
  }
}
