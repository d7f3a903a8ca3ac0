import ByteCoding

/// Access to the text of labels in place, for code that runs once per sample or per series: no slice is made, so
/// nothing is retained or copied.
extension LabelSet {
  /// The index of the label called `name`, or nil.
  ///
  /// - Complexity: O(labels); almost every comparison ends at the length or the first bytes.
  public func index(ofName name: [UInt8]) -> Int? {
    let text = arena.span
    for index in entries.indices {
      let label = entries[index]
      if label.name.count == name.count, text.extracting(label.name).isSame(as: name.span) { return index }
    }
    return nil
  }

  /// Whether the name of the label at `index` satisfies `condition`, which sees its bytes in place.
  public func nameSatisfies(at index: Int, _ condition: (Span<UInt8>) -> Bool) -> Bool {
    condition(arena.span.extracting(entries[index].name))
  }

  /// Whether the value of the label at `index` satisfies `condition`, which sees its bytes in place.
  public func valueSatisfies(at index: Int, _ condition: (Span<UInt8>) -> Bool) -> Bool {
    condition(arena.span.extracting(entries[index].value))
  }

  /// Appends the bytes of the value at `index` to `buffer`.
  public func appendValue(at index: Int, to buffer: inout [UInt8]) {
    buffer.append(copying: arena.span.extracting(entries[index].value))
  }

  /// The bytes of the labels that differ from the one at the same place in `other`.
  public func byteCount(differingFrom other: LabelSet) -> Int {
    let (text, otherText) = (arena.span, other.arena.span)
    var count = 0
    for index in entries.indices {
      let label = entries[index]
      if index < other.entries.count {
        let same = other.entries[index]
        if text.extracting(label.value).isSame(as: otherText.extracting(same.value))
          && text.extracting(label.name).isSame(as: otherText.extracting(same.name))
        {
          continue
        }
      }
      count += label.name.count + label.value.count
    }
    return count
  }
}
