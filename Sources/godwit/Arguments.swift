public import ArgumentParser
public import Listening

extension ListeningAddress: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// A duration as Prometheus writes it: `1m30s`, `500ms`, `0`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
  var duration: Duration
  var description: String

  init(_ duration: Duration, _ description: String) {
    self.duration = duration
    self.description = description
  }

  /// Units in falling order, each at most once, no fractions.
  init?(argument: String) {
    var rest = Substring(argument)
    var total: Duration = .zero
    var last = Int.max
    if rest == "0" { rest = "" } else if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let unitText = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
      guard let count = Int64(digits), let unit = Self.units.firstIndex(where: { $0.name == unitText }),
        unit < last, count <= Int64(1) << 40
      else { return nil }
      total += Self.units[unit].length * count
      last = unit
      rest = rest.dropFirst(digits.count + unitText.count)
    }
    self.init(total, argument)
  }

  private static let units: [(name: String, length: Duration)] = [
    ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)), ("d", .seconds(86_400)),
    ("w", .seconds(604_800)), ("y", .seconds(31_536_000)),
  ]
}

/// A size as Prometheus writes it: `128MB`, `1GiB`, or bytes alone; units are powers of 1024.
struct SizeArgument: ExpressibleByArgument, CustomStringConvertible {
  var bytes: UInt64
  var description: String

  init(_ bytes: UInt64, _ description: String) {
    self.bytes = bytes
    self.description = description
  }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let unit = argument.dropFirst(digits.count).uppercased().filter { $0 != "I" }
    guard let count = UInt64(digits), let shift = ["": 0, "B": 0, "KB": 10, "MB": 20, "GB": 30, "TB": 40][unit] else {
      return nil
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << UInt64(shift))
    if overflow { return nil }
    self.init(bytes, argument)
  }
}
