extension Array {
  /// Makes room for `more` elements, and where it must grow by an eighth and not to twice: for arrays that hold something
  /// of each series for as long as it lives, where what is reserved in vain is memory of every agent.
  ///
  /// - Complexity: amortised, an element is copied nine times.
  package mutating func reserveEighth(for more: Int) {
    let needed = count + more
    if needed > capacity { reserveCapacity(needed + Swift.max(needed / 8, 16)) }
  }
}
