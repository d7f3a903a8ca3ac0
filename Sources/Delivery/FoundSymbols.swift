/// What numbers the process has for the texts of a record, as far as it was asked. Nothing is held of them, so they are
/// good for one turn with the table.
struct FoundSymbols {
  /// The turn above, the number below; 0 where nobody asked.
  private var found: [UInt64]
  private var turn: UInt64 = 0

  init(count: Int) { found = [UInt64](repeating: 0, count: count) }

  mutating func forget() { turn += 1 }

  mutating func number(of text: Int, find: () -> UInt32?) -> UInt32? {
    if found[text] >> 32 == turn { return UInt32(truncatingIfNeeded: found[text]) }
    guard let number = find() else { return nil }
    found[text] = turn << 32 | UInt64(number)
    return number
  }

  /// Whether `number` is that of the text, which `isText` says where nobody asked before.
  mutating func isNumber(_ number: UInt32, of text: Int, isText: () -> Bool) -> Bool {
    if found[text] >> 32 == turn { return UInt32(truncatingIfNeeded: found[text]) == number }
    guard isText() else { return false }
    found[text] = turn << 32 | UInt64(number)
    return true
  }
}
