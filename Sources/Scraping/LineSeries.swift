/// What each line of a page stands for: a number by line. None is kept while each is one more than that of the line
/// before, as the series of a target are numbered on its first page.
///
/// - Complexity: every operation is constant, but for the first number that is not the next one, which is linear in the
///   lines. A line takes four bytes from then on, and nothing before.
struct LineSeries {
  /// What the first line stands for, while ``numbers`` is empty.
  private(set) var first: UInt32 = 0
  private(set) var count = 0
  /// By line; empty while all are in sequence.
  private(set) var numbers: [UInt32] = []

  subscript(line: UInt32) -> UInt32 {
    get { numbers.isEmpty ? first &+ line : numbers[Int(line)] }
    set {
      if newValue == self[line] { return }
      spread()
      numbers[Int(line)] = newValue
    }
  }

  /// Says what the next line stands for.
  mutating func append(_ number: UInt32) {
    if count == 0 { first = number }
    // A sequence wraps around as a line's number is added to the first one, so nothing is confused there.
    if numbers.isEmpty && number != first &+ UInt32(truncatingIfNeeded: count) { spread() }
    if !numbers.isEmpty { numbers.append(number) }
    count += 1
  }

  /// Gives back memory that only new lines need.
  mutating func settle() { numbers.fit() }

  private mutating func spread() {
    guard numbers.isEmpty else { return }
    numbers.reserveCapacity(count + 1)
    for line in 0..<count { numbers.append(first &+ UInt32(truncatingIfNeeded: line)) }
  }
}

extension Array {
  /// Gives back the room behind the elements if it is more than a quarter of theirs.
  mutating func fit() {
    guard capacity > count + count / 4 + 16 else { return }
    // A copy has the room that it needs.
    var exact: [Element] = []
    exact.reserveCapacity(count)
    exact.append(contentsOf: self)
    self = exact
  }
}
