import Diagnostics

/// How a cause is said, and what to do where no setting of the queue helps.
struct CauseWords {
  var severity: Finding.Severity = .warning
  var message = ""
  var why = ""
  var instead = ""

  init(_ cause: Cause, title: String, program: SenderProgram) {
    if cause.isCurable {
      sayCurable(cause, title, program)
    } else {
      sayOther(cause, title, program)
    }
  }

  private mutating func sayCurable(_ cause: Cause, _ title: String, _ program: SenderProgram) {
    switch cause {
    case .slowEndpoint:
      message = "\(title): the endpoint is slow, and the queue cannot have enough requests under way"
      why = "each request waits for its answer; samples pile up while shards wait"
      instead = "the settings leave room; look at what makes the endpoint slow"
    case .shardCap:
      message = "\(title): max_shards is too low for what comes in"
      why = "more requests would have to be under way than the cap allows, although the endpoint is fast"
      instead = "the settings leave room; look again with two pages"
    case .tinyBatches:
      message = "\(title): requests are too small"
      why = "every request costs a round trip, however few samples it has"
      instead = "the endpoint takes no larger ones; more shards then"
    case .throttled:
      message = "\(title): the endpoint lets in less than it is offered"
      why = "what it turns away is sent again, and takes room from what is new"
      instead = "ask for a higher limit, or send less; the queue is as modest as it can be"
    case .coldStart:
      message = "\(title): the queue is still getting to as many shards as it needs"
      why = "it begins with min_shards and thinks again every ten seconds; after each restart that takes minutes"
      instead = "wait a few minutes"
    case .manyEndpoints:
      message = "\(title): all queues together take more than there is"
      why = "every endpoint has a queue, a reader and a cache of its own"
      instead =
        program == .godwit
        ? "give endpoints the same external labels, rules and message, so that a request is made once for all of them"
        : "fewer endpoints for this process, or godwit agent, which makes a request once for all that want the same"
    default: break
    }
  }

  private mutating func sayOther(_ cause: Cause, _ title: String, _ program: SenderProgram) {
    switch cause {
    case .bandwidth:
      message = "\(title): the link carries no more"
      why = "more or larger requests would share the same bytes; no setting of the queue changes that"
      instead =
        "send fewer bytes: protobuf_message io.prometheus.write.v2.Request, drop series in write_relabel_configs, scrape "
        + "less often; or get a faster link"
    case .burst:
      severity = .info
      message = "\(title): it is catching up after a burst or an outage"
      instead = "nothing: the settings suffice for what comes in, and the rest goes by itself"
    case .dropRules:
      severity = .info
      message = "\(title): most samples are dropped by write_relabel_configs, which is no loss"
      why = "they are taken and read, and cost CPU and room in the log"
      instead = "where nobody else needs them, drop them in metric_relabel_configs already"
    case .idle:
      severity = .info
      message = "\(title): idle: nothing comes in and nothing waits"
      instead = "if that is a surprise, look at the targets and at scrape_configs"
    case .refused:
      severity = .error
      message = "\(title): the endpoint refuses samples for good"
      why =
        program == .godwit
        ? "they are in the quarantine: see godwit log quarantine"
        : "they are gone; no setting of the queue changes that"
      instead = "read its answers in the log of the sender: credentials, limits, order or form of the samples"
    case .healthy:
      severity = .info
      message = "\(title): healthy: what comes in goes out"
      instead = "nothing"
    case .down:
      severity = .error
      message = "\(title): the endpoint takes nothing: it is down or cannot be reached"
      why = "no setting of the queue changes that; samples wait"
      instead = "godwit doctor says at which stage it fails"
    case .cpu:
      message = "\(title): the sender has no more CPU time"
      why = "more shards would compete for the same time"
      instead = "more cores, fewer samples, or a cheaper sender"
    case .uneven:
      message = "\(title): samples wait while most shards have nothing to do"
      why =
        program == .godwit
        ? "a target is one lane and belongs to one shard: what waits is that of few targets"
        : "the reader of the log stands behind one full shard, or few series bring most samples"
      instead =
        program == .godwit ? "more and smaller targets share out better; more shards do not" : "look for hot series"
    default:
      severity = .info
      message = "\(title): it is behind or may fall behind, and the pages do not decide why"
      instead = "take two pages a minute apart while it is behind, and say --bandwidth and --cores"
    }
  }
}
