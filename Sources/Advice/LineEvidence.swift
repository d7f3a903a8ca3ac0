/// Files whose lines each say one thing: tables of cron, inventories, lists of targets.
extension FileEvidence {
  /// From how many hosts a list speaks of a fleet, and from how many of something that may become one.
  static let fleetHosts = 20
  static let manyHosts = 8

  mutating func addHosts(_ count: Int, _ line: Int, _ says: String) {
    guard let weight = Self.weight(ofHosts: count) else { return }
    add(.manyHosts, line, weight, says, "\(count) hosts")
  }

  /// How much so many hosts say; nil for a few.
  static func weight(ofHosts count: Int) -> Double? { count >= fleetHosts ? 1 : count >= manyHosts ? 0.4 : nil }

  /// A line with five fields of time before its command, or a word such as `@daily`.
  mutating func takeCrontab(_ bytes: [UInt8]) {
    for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
      guard let first = words.first else { continue }
      let isWord = first.first == UInt8(ascii: "@") && words.count > 1
      let isTable = words.count > 5 && words.prefix(5).allSatisfy { $0.allSatisfy(Self.isTimeByte) }
      if isWord || isTable { add(.batchJob, index + 1, 1, "starts a job by the clock", isWord ? "@" : "cron") }
    }
  }

  private static func isTimeByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "*/,-".utf8.contains(byte)
  }

  /// The hosts below headings, as Ansible lists them; a range such as `edge[01:40]` is as many as it spans.
  mutating func takeInventory(_ bytes: [UInt8]) {
    var (count, first, isHosts) = (0, 0, true)
    for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
      guard let word = words.first, let byte = word.first, byte != UInt8(ascii: "#"), byte != UInt8(ascii: ";") else {
        continue
      }
      if byte == UInt8(ascii: "[") {
        isHosts = !word.contains(UInt8(ascii: ":"))
      } else if isHosts, !word.contains(UInt8(ascii: "=")) {
        if count == 0 { first = index + 1 }
        count = min(count + Self.span(of: word), 1_000_000)
      }
    }
    addHosts(count, first, "lists hosts")
  }

  /// How many names `edge[01:40].example` stands for.
  static func span(of word: ArraySlice<UInt8>) -> Int {
    guard let open = word.firstIndex(of: UInt8(ascii: "[")), let close = word.lastIndex(of: UInt8(ascii: "]")),
      open < close
    else { return 1 }
    let ends = word[(open + 1)..<close].split(separator: UInt8(ascii: ":")).map {
      Int(String(decoding: $0, as: UTF8.self))
    }
    guard ends.count >= 2, let low = ends[0], let high = ends[1], low >= 0, high >= low, high < 1_000_000 else {
      return 1
    }
    return high - low + 1
  }

  /// A list for `file_sd_configs`: an array of objects with `targets`. How many is told by the ports.
  mutating func takeTargets(json bytes: [UInt8]) {
    guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") else { return }
    let scan = SignatureScan([Signature("\"targets\"", .manyHosts, 1, "")], comments: [])
    guard let line = scan.places(in: bytes).first?.line else { return }
    var count = 0
    for index in bytes.indices.dropFirst().dropLast() where bytes[index] == UInt8(ascii: ":") {
      if Self.isDigit(bytes[index + 1]) && bytes[index - 1] > 0x20 && bytes[index - 1] != UInt8(ascii: "\"") {
        count += 1
      }
    }
    addHosts(count, line, "lists targets")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
