import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings
import Synchronization

/// The requests that endpoints have in common.
///
/// Several endpoints of one agent mostly get the same samples under the same labels. Encoding and compressing is most
/// of what a request costs, so the first that comes to some samples leaves its request here and the others send that.
/// Nobody waits for it: who finds nothing makes the request.
public final class SharedRequests: Sendable {
  private struct Member {
    weak var group: RequestGroup?
  }

  private let groups = Mutex<[RequestRecipe: Member]>([:])

  public init() {}

  /// What the endpoints with that recipe share. It exists for as long as one of them does.
  func group(of recipe: RequestRecipe) -> RequestGroup {
    groups.withLock { groups in
      if let known = groups[recipe]?.group { return known }
      groups = groups.filter { $0.value.group != nil }
      let group = RequestGroup()
      groups[recipe] = Member(group: group)
      return group
    }
  }
}

/// All that a request follows from besides the samples in the log and the version of the message.
///
/// How large requests may be and how long they may wait is part of it: the requests of an endpoint that wants small
/// ones are not for others.
struct RequestRecipe: Hashable, Sendable {
  private let externalLabels: LabelSet
  private let rules: [RelabelRule]
  private let sendsExemplars: Bool
  private let sendsNativeHistograms: Bool
  private let samplesMax: Int
  private let deadline: Duration

  init(_ settings: EndpointSettings, externalLabels: LabelSet) {
    self.externalLabels = externalLabels
    rules = settings.relabelRules
    sendsExemplars = settings.sendExemplars
    sendsNativeHistograms = settings.sendNativeHistograms
    samplesMax = settings.queue.maxSamplesPerSend
    deadline = settings.queue.batchSendDeadline
  }
}

/// The requests of the endpoints with one recipe.
final class RequestGroup: Sendable {
  private let kept = Mutex(KeptRequests())
  /// How many of the endpoints are delivered to now.
  private let runningCount = Atomic(0)

  /// Whether there is anybody to share with.
  var isShared: Bool { runningCount.load(ordering: .relaxed) > 1 }

  /// One more endpoint is delivered to.
  func join() { runningCount.add(1, ordering: .relaxed) }

  /// One less. What was kept for it goes, and may take along what others would have wanted: they make it.
  func leave() {
    runningCount.subtract(1, ordering: .relaxed)
    kept.withLock { $0.removeAll() }
  }

  func advice(on wanted: SampleStretch, as version: WriteMessageVersion) -> KeptRequests.Advice {
    kept.withLock { $0.advice(on: wanted, as: version) }
  }

  func take(_ wanted: SampleStretch, as version: WriteMessageVersion) -> MadeRequest? {
    kept.withLock { $0.take(wanted, as: version) }
  }

  /// Keeps a request for the others.
  func keep(_ request: MadeRequest) {
    let others = runningCount.load(ordering: .relaxed) - 1
    kept.withLock { $0.keep(request, takers: others) }
  }
}
