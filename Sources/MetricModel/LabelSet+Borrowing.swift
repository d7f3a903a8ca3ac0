import ByteCoding

/// Access to the text of labels in place, for code that runs once per sample or per series: no slice is made, so
/// nothing is retained or copied.
extension LabelSet {
  /// The index of the label called `name`, or nil.
  ///
  /// - Complexity: O(labels); almost every comparison ends at the length or the first bytes.
  public func index(ofName name: [UInt8]) -> Int? {
    let (text, name) = (arena.span, name.span)
    for index in entries.indices {
      let entry = entries[index]
      guard Int(entry.nameCount) == name.count else { continue }
      let start = Int(entry.nameStart)
      if text.extracting(start..<start + name.count).isSame(as: name) { return index }
    }
    return nil
  }

  /// Whether the name of the label at `index` satisfies `condition`, which sees its bytes in place.
  public func nameSatisfies(at index: Int, _ condition: (Span<UInt8>) -> Bool) -> Bool {
    let entry = entries[index]
    let start = Int(entry.nameStart)
    return condition(arena.span.extracting(start..<start + Int(entry.nameCount)))
  }

  /// Whether the value of the label at `index` satisfies `condition`, which sees its bytes in place.
  public func valueSatisfies(at index: Int, _ condition: (Span<UInt8>) -> Bool) -> Bool {
    let entry = entries[index]
    let start = Int(entry.valueStart)
    return condition(arena.span.extracting(start..<start + Int(entry.valueCount)))
  }

  /// Appends the bytes of the value at `index` to `buffer`.
  public func appendValue(at index: Int, to buffer: inout [UInt8]) {
    let entry = entries[index]
    let start = Int(entry.valueStart)
    buffer.append(contentsOf: arena[start..<start + Int(entry.valueCount)])
  }
}
