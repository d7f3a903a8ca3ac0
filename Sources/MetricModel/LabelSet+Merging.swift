import ByteCoding

extension LabelSet {
  /// Adds the labels of `other` whose names this set does not have.
  ///
  /// - Returns: the places in `other` of those whose names both have, the last one first; this set's values stay.
  /// - Complexity: O(labels of both + bytes of `other`, see ``compacted``); no allocation if all are added and the set
  ///   has held as many.
  public mutating func addMissing(of other: LabelSet) -> [Int] {
    let offset = arena.count
    arena.append(copying: other.arena.span)
    var common: [Int] = []
    var place = entries.count
    // From the back, as both are sorted: what is behind a label is behind those before it too.
    for index in other.entries.indices.reversed() {
      let label = other.entries[index]
      let moved = LabelPlace(name: label.name.shifted(by: offset), value: label.value.shifted(by: offset))
      if moveBack(&place, to: moved.name) == 0 { common.append(index) } else { insert(moved, at: place) }
    }
    return common
  }

  /// The same labels without texts that none of them has any more.
  public var compacted: LabelSet {
    var labels = LabelSet()
    for index in entries.indices { labels.set(name(at: index), value(at: index)) }
    return labels
  }

  /// Moves `place` back to behind the last label before it whose name is not behind `name`.
  ///
  /// - Returns: 0 when that label has this name.
  private func moveBack(_ place: inout Int, to name: Range<Int>) -> Int {
    let text = arena.span
    let name = text.extracting(name)
    while place > 0 {
      let order = text.extracting(entries[place - 1].name).compared(to: name)
      if order <= 0 { return order }
      place -= 1
    }
    return -1
  }
}

extension Range<Int> {
  fileprivate func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
