/// What the agent says about bounds that were reached. A sentence does not change while the bound stays reached; what
/// changes stands in the evidence.
extension Retention.Bound {
  var sentence: String {
    switch (holder, measure) {
    case (.log, .bytes): "Samples expire unsent: the log has reached --storage.log.max-bytes"
    case (.log, .age): "Samples expire unsent: they waited for --storage.agent.retention.max-time"
    case (.endpoint, .bytes): "Samples expire unsent: what waits for the endpoint has reached its backlog's max_bytes"
    case (.endpoint, .age): "Samples expire unsent: they waited for the max_age of the endpoint's backlog"
    }
  }

  var fix: String { "bring the endpoint back to taking samples, or raise the bound" }
}

extension Retention.Refusal {
  var sentence: String {
    switch holder {
    case .log:
      "The log takes no new samples: it has reached --storage.log.max-bytes=\(ByteText.format(bytesMax)) and may not "
        + "drop what waits (refuse-new)"
    case .endpoint(let name):
      "The log takes no new samples: what waits for the endpoint \(name) has reached its backlog's max_bytes, "
        + "\(ByteText.format(bytesMax)), and may not be dropped (at_cap: refuse-new)"
    }
  }

  var evidence: String { "\(ByteText.format(bytes)) wait; below \(Retention.releasePercent) % of the bound it goes on" }

  var fix: String { "bring the endpoint back to taking samples, raise the bound, or choose drop-oldest" }

  /// The endpoint that it is about; empty for the whole log.
  var subject: String {
    if case .endpoint(let name) = holder { name } else { "" }
  }
}

/// Sizes for people: three digits or more, in units of 1024.
enum ByteText {
  static func format(_ bytes: UInt64) -> String {
    var (size, unit) = (bytes, 0)
    let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"]
    // An exact multiple is written with the larger unit, so that a bound reads as it was set.
    while unit < units.count - 1, size >= 10_000 || (size >= 1024 && size % 1024 == 0) {
      size /= 1024
      unit += 1
    }
    return "\(size)\(units[unit])"
  }
}
