import Settings

extension TextProblem {
  /// Why `text` is not a duration, in the reference's words.
  init(_ problem: DurationText.Problem, in text: String) {
    switch problem {
    case .empty: self.init("empty duration string")
    case .malformed: self.init("not a valid duration string: \"\(text)\"", suggestion: Self.duration(for: text))
    case .unknownUnit(let unit):
      self.init("unknown unit \"\(unit)\" in duration \"\(text)\"", suggestion: Self.duration(for: text))
    case .outOfRange: self.init("duration out of range")
    }
  }

  private static func duration(for text: String) -> String? {
    if Int(text) != nil { return "add a unit: \(text)s" }
    if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds > 0, seconds < 1e6 {
      return "fractions are not allowed: \(Int64(seconds * 1_000))ms"
    }
    return nil
  }
}
