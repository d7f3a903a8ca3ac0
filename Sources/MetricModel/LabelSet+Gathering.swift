import ByteCoding

/// Labels that were found in a text, which is copied once and as a whole.
extension LabelSet {
  /// Replaces what the set holds by labels that lie in `text`. Of a name given twice the last value stays, and a label
  /// without a value is left out.
  ///
  /// - Parameters:
  ///   - text: names, values and whatever stands between them.
  ///   - metricName: where in `text` the value of `__name__` lies.
  ///   - places: where in `text` the labels lie.
  /// - Returns: false when a name is there twice.
  /// - Complexity: O(bytes + labels²) at worst, O(bytes) for labels sorted by name. No allocation once the set has held
  ///   as many.
  public mutating func assign(_ text: Span<UInt8>, metricName: Range<Int>, _ places: Span<LabelPlace>) -> Bool {
    removeAll()
    arena.append(copying: text)
    let nameStart = arena.count
    arena.append(copying: Self.metricNameLabel.span)
    entries.append(LabelPlace(name: nameStart..<arena.count, value: metricName))
    var isValid = true
    for index in places.indices {
      let label = places[index]
      // Mostly the labels of a line are in order.
      if !label.value.isEmpty && isBehindAll(label.name) {
        entries.append(label)
      } else {
        isValid = set(label) && isValid
      }
    }
    return isValid
  }

  /// Appends `ending` to the value of the label at `index`.
  public mutating func extendValue(at index: Int, by ending: [UInt8]) {
    let (label, start) = (entries[index], arena.count)
    for place in label.value { arena.append(arena[place]) }
    arena.append(copying: ending.span)
    entries[index] = LabelPlace(name: label.name, value: start..<arena.count)
  }

  @inline(__always)
  private func isBehindAll(_ name: Range<Int>) -> Bool {
    let text = arena.span
    guard let last = entries.last else { return true }
    return text.extracting(last.name).compared(to: text.extracting(name)) < 0
  }

  @inline(never)
  private mutating func set(_ label: LabelPlace) -> Bool {
    let position = insertionIndex(of: arena.span.extracting(label.name))
    switch (position.found, label.value.isEmpty) {
    case (true, false): entries[position.index] = label
    case (true, true): entries.remove(at: position.index)
    case (false, false): insert(label, at: position.index)
    case (false, true): break
    }
    return !position.found
  }

  private static let metricNameLabel = Array("__name__".utf8)
}
