/// One target's page, rendered once: from scrape to scrape only the digits of its numbers are overwritten, in place and
/// in the same width, and the names of those containers that are replaced.
public struct TargetPage: Sendable {
  /// A number on the page: the place of its last digit, how many digits it has, its beginning and its growth. A point
  /// among the digits is stepped over.
  private struct Slot {
    var last: Int
    var width: Int
    var base: Int
    var step: Int
  }

  /// What is replaced as a whole: how many series have its name, and where the digits of that lie; equal digits share an
  /// entry.
  private struct Container {
    var series = 0
    var parts: [(places: [Int], count: Int)] = []
  }

  private var bytes: [UInt8] = []
  private var slots: [Slot] = []
  private var containers: [Container] = []
  private var random: MixRandom
  private let replacedEachTime: Double
  /// The series that are to be replaced and were not yet: too few for the next container.
  private var owed = 0.0
  private var cursor = 0

  /// How many times it was asked for.
  public private(set) var number = 0
  /// How many series were replaced by others so far.
  public private(set) var replaced = 0

  /// - Parameters:
  ///   - series: how many; one at least.
  ///   - kind: what they are.
  ///   - churn: the share of them that is replaced from one scrape to the next, ``PageMix/churnMax`` at most. A
  ///     container goes with all its series.
  public init(target: Int, series: Int, kind: PageKind = .usual, churn: Double = 0) {
    random = MixRandom(seed: ~UInt64(truncatingIfNeeded: target))
    replacedEachTime = Double(series) * min(max(churn, 0), PageMix.churnMax)
    var family: PageFamily?
    var places: [[String]: Int] = [:]
    for one in PageMix.series(target: target, count: series, kind: kind) {
      if one.family != family {
        family = one.family
        let name = one.family.name
        bytes += Array("# HELP \(name) \(one.family.help)\n# TYPE \(name) \(one.family.kind.rawValue)\n".utf8)
      }
      append(one, &places)
    }
  }

  /// The page as it is at the next scrape.
  ///
  /// - Complexity: linear in the digits of the page; it is copied only if the last one is still held by someone.
  public mutating func next() -> [UInt8] {
    number += 1
    writeNumbers()
    if number > 1 { replaceSeries() }
    return bytes
  }

  private mutating func writeNumbers() {
    let (number, slots) = (number, slots)
    var bytes = bytes.mutableSpan
    for slot in slots where slot.step > 0 {
      var value = UInt(bitPattern: slot.base &+ slot.step &* number)
      var place = slot.last
      for _ in 0..<slot.width {
        if bytes[place] == UInt8(ascii: ".") { place &-= 1 }
        let (rest, digit) = value.quotientAndRemainder(dividingBy: 10)
        bytes[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
        value = rest
        place &-= 1
      }
    }
  }

  private mutating func replaceSeries() {
    owed += replacedEachTime
    while !containers.isEmpty, owed >= Double(containers[cursor].series) {
      owed -= Double(containers[cursor].series)
      replaced += containers[cursor].series
      for part in containers[cursor].parts {
        var digits = ""
        while digits.utf8.count < part.count { digits += random.hex(16) }
        for place in part.places {
          for (offset, digit) in digits.utf8.prefix(part.count).enumerated() { bytes[place + offset] = digit }
        }
      }
      cursor = cursor + 1 == containers.count ? 0 : cursor + 1
    }
  }

  /// - Parameter places: of each container among ``containers``, by what names it.
  private mutating func append(_ series: PageSeries, _ places: inout [[String]: Int]) {
    var number = String(series.base)
    precondition(number.utf8.count == series.digits, "\(series.name) has another width than it says")
    if series.decimals > 0 { number.insert(".", at: number.index(number.endIndex, offsetBy: -series.decimals)) }
    let labels = series.labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
    let line = Array("\(series.name)\(labels.isEmpty ? "" : "{\(labels)}") \(number)\n".utf8)
    if !series.identity.isEmpty {
      let place = places[series.identity, default: containers.count]
      if place == containers.count {
        places[series.identity] = place
        containers.append(Container(parts: series.identity.map { (places: [], count: $0.utf8.count) }))
      }
      containers[place].series += 1
      for (part, text) in series.identity.enumerated() {
        containers[place].parts[part].places += Self.places(of: Array(text.utf8), in: line).map { $0 + bytes.count }
      }
    }
    bytes += line
    slots.append(Slot(last: bytes.count - 2, width: series.digits, base: series.base, step: series.step))
  }

  private static func places(of text: [UInt8], in line: [UInt8]) -> [Int] {
    guard line.count >= text.count else { return [] }
    return (0...line.count - text.count).filter {
      line[$0] == text[0] && line[$0..<$0 + text.count].elementsEqual(text)
    }
  }
}
