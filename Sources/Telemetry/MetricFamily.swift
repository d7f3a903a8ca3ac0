/// The metrics that share one name, one kind and one help text.
struct MetricFamily: Sendable {
  /// The raw value is the word after `# TYPE`.
  enum Kind: String, Sendable { case counter, gauge, histogram, summary }

  enum Instrument: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case summary(Summary)
    case computed(@Sendable () -> Double)

    /// The one number of a counter or gauge; nil for what has several.
    var number: Double? {
      switch self {
      case .counter(let counter): Double(counter.value)
      case .gauge(let gauge): gauge.value
      case .computed(let read): read()
      case .histogram, .summary: nil
      }
    }
  }

  struct Line: Sendable {
    var labels: [(name: String, value: String)]
    var instrument: Instrument
  }

  let name: String
  let kind: Kind
  let help: String
  /// By the rendered labels without their braces: `a="1",b="2"`.
  private(set) var lines: [String: Line] = [:]

  init(name: String, kind: Kind, help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  mutating func instrument(_ labels: [(String, String)], make: () -> Instrument) -> Instrument {
    let prefix = Self.prefix(labels)
    if let line = lines[prefix] { return line.instrument }
    let made = make()
    lines[prefix] = Line(labels: labels.map { (name: $0.0, value: $0.1) }, instrument: made)
    return made
  }

  mutating func replaceInstrument(_ labels: [(String, String)], with instrument: Instrument) {
    lines[Self.prefix(labels)] = Line(labels: labels.map { (name: $0.0, value: $0.1) }, instrument: instrument)
  }

  mutating func remove(_ label: (name: String, value: String)) -> Int {
    let doomed = lines.filter { $0.value.labels.contains { $0.name == label.name && $0.value == label.value } }
    for key in doomed.keys { lines[key] = nil }
    return doomed.count
  }

  /// Labels by name as they stand between the braces; empty without labels.
  static func prefix(_ labels: [(String, String)]) -> String {
    var result = ""
    for (name, value) in labels.sorted(by: { $0.0 < $1.0 }) {
      if !result.isEmpty { result += "," }
      result += name
      result += "=\""
      for character in value.unicodeScalars {
        switch character {
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        case "\n": result += "\\n"
        default: result.unicodeScalars.append(character)
        }
      }
      result += "\""
    }
    return result
  }
}

/// A page of the text format 0.0.4 while it is being written.
struct MetricsPage {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ family: MetricFamily) {
    append("# HELP \(family.name) \(Self.escapedHelp(family.help))\n# TYPE \(family.name) \(family.kind.rawValue)\n")
    for (labels, line) in family.lines.sorted(by: { $0.key < $1.key }) {
      switch line.instrument {
      case .counter, .gauge, .computed:
        if let number = line.instrument.number { append(family.name, labels, number) }
      case .summary(let summary):
        let snapshot = summary.snapshot
        append(family.name + "_sum", labels, snapshot.sum)
        append(family.name + "_count", labels, Double(snapshot.count))
      case .histogram(let histogram):
        append(histogram, family.name, labels)
      }
    }
  }

  private mutating func append(_ histogram: Histogram, _ name: String, _ labels: String) {
    let snapshot = histogram.snapshot
    let separator = labels.isEmpty ? "" : ","
    var cumulative: UInt64 = 0
    for (index, count) in snapshot.counts.enumerated() {
      cumulative &+= count
      let bound = index < histogram.bounds.count ? histogram.bounds[index] : .infinity
      append(name + "_bucket", "\(labels)\(separator)le=\"\(goText(bound))\"", Double(cumulative))
    }
    append(name + "_sum", labels, snapshot.sum)
    append(name + "_count", labels, Double(cumulative))
  }

  private mutating func append(_ name: String, _ labels: String, _ value: Double) {
    append(name)
    if !labels.isEmpty {
      bytes.append(UInt8(ascii: "{"))
      append(labels)
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: " "))
    append(goText(value))
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private static func escapedHelp(_ help: String) -> String {
    var result = ""
    for character in help.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
