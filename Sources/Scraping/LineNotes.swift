/// What is remembered about those few lines that need it, in two steps: a batch that was taken keeps what was set for
/// it, one that was not reverts it.
///
/// - Complexity: constant time for each operation on a line.
struct LineNotes<Value> {
  private var values: [UInt32: Value] = [:]
  /// What was there before each change since the last ``keep()`` or ``revert()``.
  private var changes: [(line: UInt32, before: Value?)] = []

  subscript(line: UInt32) -> Value? { values.isEmpty ? nil : values[line] }

  mutating func set(_ value: Value, for line: UInt32) {
    changes.append((line, values.updateValue(value, forKey: line)))
  }

  mutating func keep() { changes.removeAll(keepingCapacity: true) }

  mutating func revert() {
    for change in changes.reversed() { values[change.line] = change.before }
    changes.removeAll(keepingCapacity: true)
  }

  /// Forgets a line, for good.
  mutating func forget(_ line: UInt32) { if !values.isEmpty { values[line] = nil } }
}
