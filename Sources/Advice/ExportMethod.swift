/// A way for metrics from where they are born to the backend that keeps them.
public enum ExportMethod: String, Hashable, Sendable, CaseIterable {
  case serverRemoteWrite = "remote-write-by-server"
  case directRemoteWrite = "remote-write-from-program"
  case agent
  case otlp
  case pushgateway
  case federation

  /// As it stands in a sentence.
  public var title: String {
    switch self {
    case .serverRemoteWrite: "Remote Write by the Prometheus server"
    case .directRemoteWrite: "Remote Write from the program"
    case .agent: "an agent"
    case .otlp: "OTLP"
    case .pushgateway: "a Pushgateway"
    case .federation: "federation"
    }
  }

  /// What it is, in one sentence.
  public var meaning: String {
    switch self {
    case .serverRemoteWrite: "the server scrapes, stores and evaluates as it does now, and sends a copy to the backend"
    case .directRemoteWrite: "the program posts its own samples to the backend; nothing scrapes it"
    case .agent: "a process near the targets scrapes them, keeps the samples until they are delivered, and sends them"
    case .otlp: "the program's OpenTelemetry SDK pushes to a collector or backend that takes OTLP"
    case .pushgateway: "the job leaves its last values at a gateway, and a server scrapes the gateway"
    case .federation: "a server scrapes selected series from other servers"
    }
  }

  /// What it brings.
  public var gains: [String] {
    switch self {
    case .serverRemoteWrite:
      [
        "local queries, rules and alerts go on when the backend cannot be reached",
        "every target is scraped as before, and `up` tells when one is gone", "no new process",
      ]
    case .directRemoteWrite:
      [
        "nothing else has to run, and nothing has to reach the program",
        "timestamps are the program's own, so a run that has ended is told by its times",
      ]
    case .agent:
      [
        "little memory and no store: it fits small hosts", "connections go outward alone: nothing has to reach in",
        "samples wait on its disk through an outage of the backend, as far as its log goes",
        "targets are scraped nearby, so `up` is about the target and not about the way to it",
      ]
    case .otlp:
      [
        "one SDK and one way for metrics, traces and logs", "a program that nobody can reach can still report",
        "Prometheus itself takes it (--web.enable-otlp-receiver), so no collector has to stand in between",
      ]
    case .pushgateway:
      [
        "a job that ends before a scrape is seen all the same", "the last result stays visible until the next run",
        "any program can push with one request in the text format",
      ]
    case .federation:
      [
        "one more scrape job; nothing is installed at the other servers",
        "the upper server holds the aggregates it needs and nothing else",
      ]
    }
  }

  /// What it costs.
  public var costs: [String] {
    switch self {
    case .serverRemoteWrite:
      [
        "a quarter more memory in the server, as a rule, for the queue and its table of series",
        "what was not sent within two hours of the server's log is lost to the backend",
      ]
    case .directRemoteWrite:
      [
        "the program has to hold, retry and order what it sends; without a log, an outage or a crash loses samples",
        "no `up`: absence has to be alerted on", "credentials of the backend are in every program",
      ]
    case .agent:
      [
        "agent mode has no queries, no recording rules and no alerts: those are the backend's from then on",
        "one more process for each site or cluster, which has to be watched itself",
      ]
    case .otlp:
      [
        "names and units are translated (dots, `_total`, `target_info`), so dashboards made for scraped names change",
        "pushed data has no `up`; absence has to be alerted on",
        "Prometheus wants cumulative temporality, and one more setting where samples may come out of order",
      ]
    case .pushgateway:
      [
        "no time to live: what was pushed stays until somebody deletes it, also that of a job that never runs again",
        "`up` is about the gateway and says nothing of the job; alert on the age of push_time_seconds",
        "a single point that all jobs depend on, and that loses what it holds unless it persists to a file",
        "values are scraped with the time of the scrape, not of the run",
      ]
    case .federation:
      [
        "it is a scrape of selected series, not a query across servers: what was not selected is not there",
        "a scrape that fails is a gap; nothing is kept or sent again",
        "one large page with every scrape; it breaks with the whole of a server and is meant for aggregates",
      ]
    }
  }
}
