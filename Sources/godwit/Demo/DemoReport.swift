/// What the demo knows at one moment: the sender's balance, the receiver's count, and how both came about.
///
/// A plain value. ``DemoRecorder`` fills it, ``DemoView`` draws it, and it says itself whether the demo went well.
struct DemoReport: Equatable {
  struct Target: Equatable {
    var job: String
    /// Nil before the first scrape.
    var isUp: Bool?
  }

  struct RequestCount: Equatable {
    /// The status answered; 0 when the connection was dropped on purpose.
    var status: Int
    var count: Int
  }

  // What was set.
  var message = ""
  var agentAddress = ""
  var receiverAddress = ""

  // What the agent says, in samples.
  var taken: UInt64 = 0
  var acknowledged: UInt64 = 0
  var waiting: UInt64 = 0
  var refused: UInt64 = 0
  var dropped: UInt64 = 0
  var expired: UInt64 = 0
  var damaged: UInt64 = 0
  var oldestWaitingSeconds = 0.0
  var targets: [Target] = []

  // What the receiver says.
  var received: UInt64 = 0
  var series = 0
  var duplicates = 0
  var outOfOrder = 0
  /// Requests, series and points against the specification.
  var breaches = 0
  var bytesPerSample = 0.0
  var requests: [RequestCount] = []

  // What was seen over time.
  var elapsedSeconds = 0.0
  /// Samples taken in each of the last seconds, oldest first.
  var history: [UInt64] = []
  /// The last thing worth a warning, if there was one.
  var notice: String?

  /// Everything that has an end: waiting not included.
  var settled: UInt64 { acknowledged &+ refused &+ dropped &+ expired &+ damaged }

  var isBalanced: Bool { taken == settled &+ waiting }

  /// The mean over the last ten seconds that were recorded.
  var samplesPerSecond: Double {
    let recent = history.suffix(10)
    return recent.isEmpty ? 0 : Double(recent.reduce(0, +)) / Double(recent.count)
  }

  /// What is wrong after the agent has drained; empty when every sample taken is at the receiver, once.
  var flaws: [String] {
    var flaws: [String] = []
    if taken == 0 { flaws.append("nothing was taken") }
    if !isBalanced { flaws.append("the balance does not hold") }
    if waiting > 0 { flaws.append("\(waiting) samples still wait") }
    for (count, fate) in [(refused, "refused"), (dropped, "dropped"), (expired, "expired"), (damaged, "damaged")]
    where count > 0 {
      flaws.append("\(count) samples were \(fate)")
    }
    if received != acknowledged { flaws.append("the receiver has \(received) samples, not \(acknowledged)") }
    if duplicates > 0 { flaws.append("\(duplicates) samples came twice") }
    if outOfOrder > 0 { flaws.append("\(outOfOrder) samples came out of order") }
    if breaches > 0 { flaws.append("\(breaches) breaches of the specification") }
    return flaws
  }
}
