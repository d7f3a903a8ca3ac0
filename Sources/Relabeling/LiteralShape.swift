/// An expression that needs no engine: a choice of literal texts, each followed by nothing, `.*` or `.+`.
///
/// Covers `up`, `node_.*`, `go_.*|process_.*`, `(a|b|c)`, `__meta_kubernetes_label_(.+)`, `(.*)`: most of the rules
/// that people write. Agreement with RE2 is tested on random expressions.
struct LiteralShape: Sendable {
  enum Tail: Sendable { case nothing, anything, something }

  struct Branch: Sendable {
    var literal: [UInt8]
    var tail: Tail

    func matches(_ text: Span<UInt8>) -> Bool {
      switch tail {
      case .nothing: guard text.count == literal.count else { return false }
      case .anything: guard text.count >= literal.count else { return false }
      case .something: guard text.count > literal.count else { return false }
      }
      for index in literal.indices where text[index] != literal[index] { return false }
      return true
    }
  }

  /// What the only group captures, where there is one and it is plain to see.
  enum Captures: Sendable { case nothing, wholeText, tail, unknown }

  let captures: Captures
  /// Texts to be equal to, in byte order, when there are too many to try one by one.
  private let sortedLiterals: [[UInt8]]
  private let branches: [Branch]
  /// From how many on a binary search is used; below, trying each in turn is as fast.
  private static let sortedLiteralsMin = 8

  /// Nil when `source` is of another shape; the engine then has the word. `source` must have been accepted by it.
  init?(_ source: String) {
    var parser = LiteralShapeParser(source.utf8Array)
    guard let found = parser.parse() else { return nil }
    captures = found.captures
    let exact = found.branches.filter { $0.tail == .nothing }
    if exact.count >= Self.sortedLiteralsMin {
      sortedLiterals = exact.map(\.literal).sorted { $0.lexicographicallyPrecedes($1) }
      branches = found.branches.filter { $0.tail != .nothing }
    } else {
      sortedLiterals = []
      branches = found.branches
    }
  }

  /// - Complexity: O(branches with a tail + log of the others), no allocation.
  func matches(_ text: Span<UInt8>) -> Bool {
    for index in branches.indices where branches[index].matches(text) { return true }
    return !sortedLiterals.isEmpty && isAmongSorted(text)
  }

  private func isAmongSorted(_ text: Span<UInt8>) -> Bool {
    var (low, high) = (0, sortedLiterals.count)
    while low < high {
      let middle = (low + high) / 2
      let order = Self.order(sortedLiterals[middle], text)
      if order == 0 { return true }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return false
  }

  private static func order(_ left: [UInt8], _ right: Span<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
  }

  /// Writes the offsets of the whole match and of the group, for a text that matches; false when only the engine
  /// knows them.
  func capture(_ text: [UInt8], groups: inout [Int]) -> Bool {
    groups.removeAll(keepingCapacity: true)
    groups.append(0)
    groups.append(text.count)
    switch captures {
    case .nothing: return true
    case .wholeText: groups.append(0)
    case .tail: groups.append(branches[0].literal.count)
    case .unknown: return false
    }
    groups.append(text.count)
    return true
  }
}
