import MetricModel
import RemoteWriteProtocol

/// The process's numbers for the texts of one request, each looked up as seldom as can be.
///
/// A 2.0 request sends a text once and refers to it, so a text is known by where it lies. In a 1.0 request a series
/// repeats most of what the one before it said at the same position, which costs a comparison and no look-up. Numbers
/// are held by nobody here: a value of this is for one turn at the table.
struct PushedSymbols {
  private struct Memory {
    var start = -1
    var count = 0
    var number: UInt32 = 0
  }

  /// Places in the memory of 2.0: enough for the label names of a request and the values that its series share.
  private static let placesMax = 1024

  private let version: WriteMessageVersion
  /// Of 1.0: what the last series had, name, value, name, value…. Of 2.0: the texts met last, by where they lie.
  private var texts: [Memory] = []

  init(_ version: WriteMessageVersion) { self.version = version }

  /// Replaces `symbols` by those of the labels.
  ///
  /// - Returns: false if the table does not know one of the texts, so that the series is not in it either.
  mutating func find(_ labels: DecodedLabels, in table: SymbolTable, into symbols: inout LabelSymbols) -> Bool {
    symbols.removeAll()
    for index in 0..<labels.count {
      let (name, value) = (labels.nameRange(at: index), labels.valueRange(at: index))
      guard let nameNumber = number(name, index * 2, labels.body, table),
        let valueNumber = number(value, index * 2 + 1, labels.body, table)
      else { return false }
      symbols.append(nameNumber, valueNumber)
    }
    return true
  }

  private mutating func number(
    _ range: Range<Int>, _ position: Int, _ body: [UInt8], _ table: SymbolTable
  ) -> UInt32? {
    let place = version == .v2 ? range.lowerBound % Self.placesMax : position
    while place >= texts.count { texts.append(Memory()) }
    let memory = texts[place]
    switch version {
    case .v1: if Self.isSame(memory, range, body) { return memory.number }
    case .v2: if memory.start == range.lowerBound && memory.count == range.count { return memory.number }
    }
    guard let number = table.find(body[range]) else { return nil }
    texts[place] = Memory(start: range.lowerBound, count: range.count, number: number)
    return number
  }

  private static func isSame(_ memory: Memory, _ range: Range<Int>, _ body: [UInt8]) -> Bool {
    guard memory.start >= 0, memory.count == range.count else { return false }
    let bytes = body.span
    // From the end: values that differ, as addresses and numbers do, mostly differ there.
    var offset = range.count - 1
    while offset >= 0 {
      if bytes[memory.start + offset] != bytes[range.lowerBound + offset] { return false }
      offset -= 1
    }
    return true
  }
}
