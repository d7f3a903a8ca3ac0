public import Settings

/// One endpoint, sized.
public struct EndpointSizing: Sendable {
  /// As the configuration or the page has it; empty where there is neither.
  public var name: String
  public var url: String
  public var reading: QueueReading?
  /// Nil where there is no page.
  public var diagnosis: Diagnosis?
  /// What the queue runs with; the program's defaults where nothing tells.
  public var today: QueueSettings
  /// Whether the configuration or a page tells.
  public var isTodayKnown: Bool
  public var proposal: QueueProposal
  public var changes: [QueueChange]
  public var trial: QueueTrial
  /// The place in the file, from 0.
  var fileIndex: Int?
  var fileLine: Int?

  public var cause: Cause? { diagnosis?.cause }
}

/// Today's settings and the proposed ones against the same model endpoint.
public struct QueueTrial: Sendable {
  public enum Verdict: String, Sendable {
    /// The proposed settings make good what today's do not.
    case cured
    /// Both keep up.
    case keepsUp = "keeps up"
    /// Neither does; no setting would.
    case notCured = "not cured"
  }

  public var endpoint: EndpointModel
  public var today: QueueCourse
  /// Nil where nothing is to be changed.
  public var proposed: QueueCourse?

  public var verdict: Verdict {
    guard let proposed else { return Self.keepsUp(today) ? .keepsUp : .notCured }
    guard Self.keepsUp(proposed) else { return .notCured }
    return Self.keepsUp(today) && !Self.isClearlyBetter(proposed, than: today) ? .keepsUp : .cured
  }

  /// Nothing is lost, and what waits is little or is getting less.
  static func keepsUp(_ course: QueueCourse) -> Bool {
    if course.thrownAway > 0 || course.refused > 0 { return false }
    if course.caughtUpAt != nil { return true }
    return course.growth < -0.02 * course.rate
  }

  private static func isClearlyBetter(_ one: QueueCourse, than other: QueueCourse) -> Bool {
    func share(_ course: QueueCourse) -> Double { Double(course.throttled) / Double(max(1, course.requests)) }
    if share(other) > 0.05 && share(one) < share(other) / 2 { return true }
    // Less than a second's worth is what waits in any queue.
    if other.mostWaiting > 2 * other.rate && one.mostWaiting < 0.6 * other.mostWaiting { return true }
    guard let first = one.caughtUpAt else { return false }
    guard let second = other.caughtUpAt else { return true }
    return first < 0.8 * second
  }

  /// One sentence for each of the two.
  public var sentences: [String] {
    var result = ["today: " + Self.sentence(today)]
    if let proposed { result.append("proposed: " + Self.sentence(proposed)) }
    return result
  }

  private static func sentence(_ course: QueueCourse) -> String {
    let end = Quantity(course.seconds, .seconds).text
    var text: String
    if let time = course.caughtUpAt {
      text = time > 0 ? "caught up after \(Quantity(time, .seconds).text)" : "keeps up throughout"
    } else if course.growth < -0.02 * course.rate {
      let rest = Quantity(course.waitingAtEnd / -course.growth, .seconds).text
      text = "\(Quantity(course.waitingAtEnd, .samples).text) wait after \(end), gone in another \(rest)"
    } else {
      let grows = course.growth > 0.02 * course.rate
      text = "\(Quantity(course.waitingAtEnd, .samples).text) wait after \(end)"
      text += grows ? ", \(Quantity(course.growth, .samplesPerSecond).text) more" : ""
    }
    text += "; \(Quantity(course.mostWaiting, .samples).text) and "
    text += "\(Quantity(course.mostShards, .shards).text) at most"
    if course.throttled > 0 {
      let share = Double(course.throttled) / Double(max(1, course.requests))
      text += "; \(Quantity(share, .share).text) of the requests answered 429"
    }
    if course.refused > 0 { text += "; \(Quantity(course.refused, .samples).text) refused for good" }
    if course.thrownAway > 0 { text += "; \(Quantity(course.thrownAway, .samples).text) thrown away after a 429" }
    return text
  }
}
