/// What limits a queue, or is amiss with it. The raw value is the stable id of the finding.
enum TuneFinding: String, CaseIterable {
  /// The endpoint takes half a second or more for an answer, and the queue cannot have enough requests under way for
  /// what comes in. Larger requests first, more shards then.
  case slowEndpoint = "GW701"
  /// The endpoint answers in good time and requests are full, but `max_shards` allows fewer of them under way than it
  /// takes for what comes in: `desired > max_shards`.
  case shardCap = "GW702"
  /// The endpoint asks some requests to come again later (429, or 5xx now and then) while it takes others: it lets in
  /// less than it is offered.
  case throttled = "GW703"
  /// Requests are full and small: `max_samples_per_send` is far below the default, so that each sample costs too much of
  /// a round trip.
  case tinyBatches = "GW704"
  /// The link carries no more bytes. No setting of the queue changes that; fewer bytes do.
  case bandwidth = "GW705"
  /// More waits than usual, and it is getting less: a burst, or the end of an outage.
  case burst = "GW706"
  /// The queue began with few shards a short while ago and is still getting to as many as it needs.
  case coldStart = "GW707"
  /// Each endpoint has a queue of its own, and all of them together take more than there is.
  case manyEndpoints = "GW708"
  /// Write relabelling drops most of what is taken. That is what the rules say; nothing is lost by it.
  case droppedByRules = "GW709"
  /// Nothing comes in and nothing waits.
  case idle = "GW710"
  /// The endpoint refuses samples for good: they are lost to it (Godwit keeps them in quarantine). No setting of the
  /// queue changes that.
  case refused = "GW711"
  /// What comes in goes out, and little waits.
  case healthy = "GW712"
  /// Samples wait and none is acknowledged: the endpoint is down or cannot be reached.
  case down = "GW713"
  /// The process has no more CPU time to take: more shards would not send more.
  case cpu = "GW714"
  /// Samples were dropped for a reason that nobody meant.
  case lost = "GW715"
  /// The queue falls behind, or may, and what the pages say does not decide why.
  case undecided = "GW716"
  /// The queue may take more memory than the goal allows.
  case memory = "GW717"
  /// A goal cannot be met by any setting of the queue.
  case impossible = "GW718"
  /// Samples wait while most shards have nothing to do: what waits belongs to few shards, or something else holds them
  /// up.
  case uneven = "GW719"
  /// The outage to survive is longer than the sender keeps what was not sent.
  case outage = "GW720"
  /// A 429 is not tried again: what the endpoint asks for later is thrown away.
  case throwsAway429 = "GW721"
  /// The process runs with other settings than the file has.
  case notReloaded = "GW722"
}
