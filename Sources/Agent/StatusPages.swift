import Delivery
import Diagnostics
import Foundation
import MetricModel
import RemoteWriteProtocol
import Scraping
import Settings

/// The JSON that `/api/v1/…` answers with, in Prometheus's envelope and under its names.
enum StatusPages {
  /// `{"status":"success","data":…}`
  static func success(_ data: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("status", "success")
      writer.member("data", data)
    }
    return writer.text
  }

  /// `{"status":"error","errorType":…,"error":…}`
  static func error(_ type: String, _ message: String) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("status", "error")
      writer.member("errorType", type)
      writer.member("error", message)
    }
    return writer.text
  }

  /// - Parameters:
  ///   - state: `active`, `dropped` or `any`.
  ///   - job: only this pool; nil for all.
  static func targets(_ pools: [ScrapePool], state: String, job: String?) -> String {
    let pools = pools.filter { job == nil || $0.settings.jobName == job }
    return success { writer in
      writer.object { writer in
        writer.member("activeTargets") { writer in
          writer.array { writer in
            guard state != "dropped" else { return }
            for target in pools.flatMap(\.activeTargets) { Self.target(target, &writer) }
          }
        }
        writer.member("droppedTargets") { writer in
          writer.array { writer in
            guard state != "active" else { return }
            for pool in pools {
              for labels in pool.droppedTargets {
                writer.object { writer in
                  writer.member("discoveredLabels") { Self.labels(labels, &$0) }
                  writer.member("scrapePool", pool.settings.jobName)
                }
              }
            }
          }
        }
        writer.member("droppedTargetCounts") { writer in
          writer.object { writer in
            for pool in pools { writer.member(pool.settings.jobName, pool.droppedTargetCount) }
          }
        }
      }
    }
  }

  static func flags(_ flags: [(name: String, value: String)]) -> String {
    success { writer in
      writer.object { writer in for flag in flags { writer.member(flag.name, flag.value) } }
    }
  }

  static func configuration(_ text: String) -> String {
    success { writer in writer.object { $0.member("yaml", text) } }
  }

  static func buildInformation() -> String {
    success { writer in
      writer.object { writer in
        writer.member("version", BuildInformation.version)
        writer.member("program", "godwit")
        writer.member("revision", "")
        writer.member("branch", "")
        writer.member("buildUser", "")
        writer.member("buildDate", "")
        writer.member("goVersion", "")
        writer.member("swiftVersion", BuildInformation.swiftVersion)
      }
    }
  }

  /// How delivery stands: the balance of each endpoint, in samples.
  static func endpoints(_ agent: AgentReport) -> String {
    success { writer in
      writer.object { writer in
        writer.member("samplesTaken", Int(clamping: agent.samplesTaken))
        writer.member("logBytes", Int(clamping: agent.logBytes))
        writer.member("endpoints") { writer in
          writer.array { writer in
            for endpoint in agent.endpoints {
              writer.object { Self.endpoint(endpoint, &$0) }
            }
          }
        }
      }
    }
  }

  /// The members of an endpoint.
  static func endpoint(_ endpoint: EndpointStatus, _ writer: inout JSONWriter) {
    writer.member("name", endpoint.name)
    writer.member("url", endpoint.place)
    writer.member("message", endpoint.message.messageName)
    let counts: [(String, UInt64)] = [
      ("taken", endpoint.taken), ("acknowledged", endpoint.settled.acknowledged), ("waiting", endpoint.waiting),
      ("refused", endpoint.settled.refused), ("dropped", endpoint.settled.dropped),
      ("expired", endpoint.settled.expired), ("damaged", endpoint.settled.damaged),
    ]
    for (name, count) in counts { writer.member(name, Int(clamping: count)) }
    writer.member("balanced", endpoint.isBalanced)
    writer.member("oldestWaitingSeconds", endpoint.oldestWaitingSeconds)
    writer.member("shards", endpoint.shards)
  }

  private static func target(_ target: TargetStatus, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("discoveredLabels") { labels(target.discoveredLabels, &$0) }
      writer.member("labels") { labels(target.labels, &$0) }
      writer.member("scrapePool", target.job)
      let url = QueryParameter.maskingSecrets(inURL: target.url)
      writer.member("scrapeUrl", url)
      writer.member("globalUrl", url)
      writer.member("lastError", target.lastError)
      writer.member("lastScrape", timestamp(target.lastScrapeMs))
      writer.member("lastScrapeDuration", target.lastDurationSeconds)
      writer.member("health", target.health.rawValue)
      writer.member("scrapeInterval", DurationText.format(target.interval))
      writer.member("scrapeTimeout", DurationText.format(target.timeout))
    }
  }

  private static func labels(_ labels: LabelSet, _ writer: inout JSONWriter) {
    let parameter = "__param_"
    writer.object { writer in
      for pair in labels.pairs {
        let isSecret =
          pair.name.hasPrefix(parameter) && QueryParameter.speaksOfSecret(pair.name.dropFirst(parameter.count))
        writer.member(pair.name, isSecret ? "<secret>" : pair.value)
      }
    }
  }

  /// RFC 3339 in UTC; the year 1 before the first scrape, as Prometheus writes it.
  static func timestamp(_ milliseconds: Int64) -> String {
    guard milliseconds > 0 else { return "0001-01-01T00:00:00Z" }
    return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
      .formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
  }
}
