import MetricModel

/// Working memory of a ``RelabelProgram``. Passing the same one to every call makes relabelling free of allocation
/// once its buffers have grown to the longest value seen; it carries nothing from one call to the next.
public struct RelabelScratch: Sendable {
  /// The joined value that a rule looks at.
  var subject: [UInt8] = []
  /// Begin and end of the whole match and of each group; −1 for a group that took no part.
  var groups: [Int] = []
  /// The name that a template of `target_label` gave.
  var name: [UInt8] = []
  /// The value about to be set.
  var value: [UInt8] = []
  /// Labels set by rules so far, in order of their first setting; see ``RelabelProgram/tracksAdditions``.
  var additions: [[UInt8]] = []
  var tracksAdditions = false

  public init() {}
}

extension RelabelScratch {
  /// Sets `name` to ``value`` in `labels`; an empty value removes the label.
  mutating func assignValue(to name: [UInt8], in labels: inout LabelSet) {
    if value.isEmpty {
      remove(name, from: &labels)
      return
    }
    if tracksAdditions && !additions.contains(name) { additions.append(name) }
    if let index = labels.index(ofName: name) {
      let isSame = labels.valueSatisfies(at: index) { bytesEqual($0, value) }
      if isSame { return }
    }
    labels.set(name[...], value[...])
  }

  mutating func remove(_ name: [UInt8], from labels: inout LabelSet) {
    if tracksAdditions { additions.removeAll { $0 == name } }
    if let index = labels.index(ofName: name) { labels.remove(at: index) }
  }
}

func bytesEqual(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  for index in left.indices where left[index] != right[index] { return false }
  return true
}

extension [UInt8] {
  mutating func append(_ range: Range<Int>, of text: [UInt8]) {
    append(contentsOf: text[range])
  }
}
