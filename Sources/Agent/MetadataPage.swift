import Diagnostics
import MetricModel

/// What `/api/v1/metadata` was asked.
struct MetadataQuestion: Hashable, Sendable {
  struct Refused: Error {
    var message: String
  }

  /// Only this metric; nil for all.
  var metric: String?
  /// Metrics at most, and answers for each of them; nil for no bound.
  var limit: Int?
  var limitPerMetric: Int?

  /// - Parameter parameter: the value of a parameter of the query, nil where there is none.
  init(_ parameter: (String) -> String?) throws(Refused) {
    func number(_ name: String) throws(Refused) -> Int? {
      guard let text = parameter(name), !text.isEmpty else { return nil }
      guard let number = Int(text) else { throw Refused(message: "\(name) must be a number") }
      return number < 0 ? nil : number
    }
    metric = parameter("metric").flatMap { $0.isEmpty ? nil : $0 }
    limit = try number("limit")
    let perMetric = try number("limit_per_metric")
    // There, as in the reference, 0 means no bound.
    limitPerMetric = perMetric == 0 ? nil : perMetric
  }

  /// What is known of each metric that was asked for, by name; targets that say the same count once.
  func answer(_ families: [(name: String, metadata: MetricMetadata)]) -> [(name: String, said: [MetricMetadata])] {
    var known: [String: [MetricMetadata]] = [:]
    for family in families where metric == nil || metric == family.name {
      if known[family.name]?.contains(family.metadata) == true { continue }
      if let limitPerMetric, known[family.name, default: []].count >= limitPerMetric { continue }
      known[family.name, default: []].append(family.metadata)
    }
    let sorted = known.sorted { $0.key < $1.key }.map { (name: $0.key, said: $0.value) }
    return limit.map { Array(sorted.prefix($0)) } ?? sorted
  }
}

extension StatusPages {
  static func metadata(
    _ question: MetadataQuestion, _ families: [(name: String, metadata: MetricMetadata)]
  ) -> String {
    success { writer in
      writer.object { writer in
        for metric in question.answer(families) {
          writer.member(metric.name) { writer in
            writer.array { writer in
              for metadata in metric.said {
                writer.object { writer in
                  writer.member("type", metadata.type.word)
                  writer.member("help", metadata.help)
                  writer.member("unit", metadata.unit)
                }
              }
            }
          }
        }
      }
    }
  }

  static func pools(_ names: [String]) -> String {
    success { writer in
      writer.object { writer in
        writer.member("scrapePools") { writer in writer.array { writer in for name in names { writer.value(name) } } }
      }
    }
  }
}
