import Delivery
import Diagnostics
import MetricModel

extension StatusPages {
  /// What is wrong now, and how the log and the endpoints stand.
  static func overview(_ status: AgentStatus) -> String {
    success { writer in
      writer.object { writer in
        writer.member("state", status.troubles.isEmpty ? "ok" : "degraded")
        writer.member("troubles") { writer in
          writer.array { writer in for trouble in status.troubles { Self.trouble(trouble, &writer) } }
        }
        writer.member("log") { log(status, &$0) }
        writer.member("endpoints") { writer in
          writer.array { writer in
            for endpoint in status.report.endpoints {
              writer.object { writer in
                Self.endpoint(endpoint, &writer)
                writer.member("backlogBytes", Int(clamping: status.backlogBytes[endpoint.name] ?? 0))
              }
            }
          }
        }
        writer.member("reload") { reload(status.reload, &$0) }
      }
    }
  }

  private static func trouble(_ trouble: Trouble, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("code", trouble.code.rawValue)
      writer.member("severity", trouble.code.severity.rawValue)
      if !trouble.subject.isEmpty { writer.member("endpoint", trouble.subject) }
      writer.member("since", timestamp(trouble.sinceMs))
      writer.member("message", trouble.message)
      writer.member("evidence", trouble.evidence)
      writer.member("fix", trouble.fix)
    }
  }

  private static func log(_ status: AgentStatus, _ writer: inout JSONWriter) {
    let log = status.log
    writer.object { writer in
      writer.member("bytes", Int(clamping: log.bytes))
      writer.member("bytesMax", Int(clamping: log.bytesMax))
      writer.member("segments", log.segments)
      writer.member("oldestSeconds", log.oldestSeconds)
      writer.member("end", "\(log.end)")
      writer.member("synced", "\(log.synced)")
      writer.member("samplesTaken", Int(clamping: status.report.samplesTaken))
      writer.member("samplesNotTaken") { writer in
        writer.object { writer in
          for reason in SampleSinkError.Reason.allCases {
            writer.member(reason.rawValue, Int(clamping: status.samplesNotTaken[reason] ?? 0))
          }
        }
      }
    }
  }

  private static func reload(_ reload: ReloadOutcome, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("succeeded", reload.problem == nil)
      writer.member("runningSince", timestamp(reload.runningSinceMs))
      writer.member("problem", reload.problem ?? "")
    }
  }
}
