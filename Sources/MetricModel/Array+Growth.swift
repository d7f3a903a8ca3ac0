extension Array {
  /// Blocks of so many bytes lie in pages that the agent gets from the kernel for them alone; see `CMemory`.
  private static var pagedBytesMin: Int { 1 << 20 }

  /// Makes room for `more` elements, for arrays that hold something of each series for as long as it lives: what they
  /// reserve in vain is memory of every agent.
  ///
  /// A small array grows by an eighth and not to twice. A large one grows to twice, because a page that nobody has written
  /// to takes no memory, while an array that moves takes it twice for the moment.
  ///
  /// - Complexity: amortised, an element is copied twice, and nine times while the array is small.
  package mutating func reserveSparingly(for more: Int) {
    let needed = count + more
    if needed <= capacity { return }
    let isPaged = needed * MemoryLayout<Element>.stride >= Self.pagedBytesMin
    reserveCapacity(needed + Swift.max(isPaged ? needed : needed / 8, 16))
  }
}
