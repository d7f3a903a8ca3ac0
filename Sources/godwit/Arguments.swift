public import ArgumentParser
public import ConfigurationReview
import DurableLog
public import Listening
import RemoteWriteProtocol
public import Settings

extension ListeningAddress: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension CapPolicy: ExpressibleByArgument {}

extension FileKind: ExpressibleByArgument {}

/// A duration as Prometheus writes it: `1m30s`, `500ms`, `0`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
  var duration: Duration
  var description: String

  init(_ duration: Duration, _ description: String) {
    self.duration = duration
    self.description = description
  }

  init?(argument: String) {
    guard let duration = try? DurationText.parse(argument) else { return nil }
    self.init(duration, argument)
  }
}

/// When the disk confirms: an interval, `0` for every write, or `never`.
struct SyncArgument: ExpressibleByArgument, CustomStringConvertible {
  var policy: SyncPolicy
  var description: String

  init(_ policy: SyncPolicy, _ description: String) {
    self.policy = policy
    self.description = description
  }

  init?(argument: String) {
    if argument == "never" {
      self.init(.never, argument)
    } else if let duration = try? DurationText.parse(argument) {
      self.init(duration > .zero ? .interval(duration) : .everyAppend, argument)
    } else {
      return nil
    }
  }
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

/// Messages of remote write by their full names, with commas between them.
struct MessagesArgument: ExpressibleByArgument {
  var versions: [WriteMessageVersion]

  init?(argument: String) {
    versions = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let version = WriteMessageVersion.allCases.first(where: { $0.messageName == name }) else { return nil }
      versions.append(version)
    }
  }
}
