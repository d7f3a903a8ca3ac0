extension Int64 {
  /// The sum, or the bound that it would pass: timestamps come from outside, so a sum may not fit.
  func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
