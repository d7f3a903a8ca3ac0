import Foundation

/// The memory of a program at one moment, in MiB.
struct MemoryReading {
  /// All that is resident, mapped files and the program's own text included.
  var resident: Double
  /// What no file stands behind: heap and stacks.
  var anonymous: Double
}

extension Program {
  /// Nil after its end.
  var memory: MemoryReading? {
    let fields = numbers(in: "smaps_rollup")
    guard let resident = fields["Rss"], let anonymous = fields["Anonymous"] else { return nil }
    return MemoryReading(resident: resident / 1024, anonymous: anonymous / 1024)
  }

  /// What it has read so far: all that `read(2)` and its like returned, and what came from the disk for it, with what
  /// the system read ahead and the parts of the program itself.
  var bytesRead: (all: Int, fromDisk: Int) {
    let fields = numbers(in: "io")
    return (Int(fields["rchar"] ?? 0), Int(fields["read_bytes"] ?? 0))
  }

  /// Begins the peak that `peakMebibytes` tells anew.
  func forgetPeak() throws {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(pid)/clear_refs"))
  }

  /// The numbers of a file of the system about the process, by name.
  private func numbers(in file: String) -> [String: Double] {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)) ?? ""
    var found: [String: Double] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == ":" || $0 == "\t" })
      if words.count > 1, let number = Double(words[1]) { found[String(words[0])] = number }
    }
    return found
  }
}

/// The most memory that a program had over some time.
struct MemoryPeak {
  private(set) var resident = 0.0
  private(set) var anonymous = 0.0

  mutating func take(_ program: Program) {
    resident = max(resident, program.peakMebibytes)
    anonymous = max(anonymous, program.memory?.anonymous ?? 0)
  }
}
