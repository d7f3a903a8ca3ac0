extension Sequence<Double> {
  /// The middle one in order of size, or the mean of the two in the middle; nil if there are none.
  public var median: Double? {
    let sorted = sorted()
    guard let last = sorted.last else { return nil }
    let middle = sorted.count / 2
    if sorted.count == 1 { return last }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
