import Settings

/// What a DNS server answered (RFC 1035): read from the bytes of a message, which may come from anybody.
///
///     let answer = try DNSAnswer(bytes)
///     for record in answer.records { … }
///
/// Only the answer section is read, and of it what discovery can use.
///
/// - Complexity: O(bytes) for all but names; a name follows pointers that lead strictly backwards and has 255 bytes at
///   most, so that no message takes more than 64 KiB × 255 steps.
public struct DNSAnswer: Hashable, Sendable {
  /// `RCODE`: 0 for success, 3 for a name that does not exist.
  public var code: UInt8
  /// Records beyond this message were cut off.
  public var isTruncated: Bool
  /// In the order of the message; records of other types and classes are left out.
  public var records: [DNSRecord] = []

  /// The least that is a message: its header.
  static let headerBytes = 12

  public init(_ bytes: [UInt8]) throws(DNSAnswerError) {
    var reader = DNSReader(bytes: bytes)
    _ = try reader.number16()
    let flags = try reader.number16()
    guard flags & 0x8000 != 0 else { throw .notAnAnswer }
    code = UInt8(flags & 0x000f)
    isTruncated = flags & 0x0200 != 0
    let questions = try reader.number16()
    let answers = try reader.number16()
    reader.skip(4)
    for _ in 0..<questions {
      try reader.skipName()
      reader.skip(4)
    }
    for _ in 0..<answers {
      if let record = try Self.record(&reader) { records.append(record) }
    }
  }

  private static func record(_ reader: inout DNSReader) throws(DNSAnswerError) -> DNSRecord? {
    try reader.skipName()
    let type = try reader.number16()
    let recordClass = try reader.number16()
    // The time to live: discovery asks at its own interval.
    reader.skip(4)
    let length = Int(try reader.number16())
    let start = reader.position
    guard reader.bytes.count - start >= length else { throw .cutShort }
    defer { reader.position = start + length }
    guard recordClass == 1 else { return nil }
    var record: DNSRecord
    switch type {
    case DNSRecordType.a.number where length == 4: return .address(DNSAddress.text4(reader.bytes[start...]))
    case DNSRecordType.aaaa.number where length == 16: return .address(DNSAddress.text6(reader.bytes[start...]))
    case DNSRecordType.ns.number: record = .nameServer(try reader.name())
    case DNSRecordType.mx.number:
      reader.skip(2)
      record = .mailExchange(try reader.name())
    case DNSRecordType.srv.number:
      reader.skip(4)
      let port = try reader.number16()
      record = .service(target: try reader.name(), port: port)
    case DNSRecordType.a.number, DNSRecordType.aaaa.number: throw .malformed
    default: return nil
    }
    guard reader.position == start + length else { throw .malformed }
    return record
  }
}

/// A record that discovery can use. Names end with a dot; their bytes beyond printable ASCII, and dots and backslashes
/// within a label, are escaped as in zone files.
public enum DNSRecord: Hashable, Sendable {
  /// A and AAAA: an address as text.
  case address(String)
  case service(target: String, port: UInt16)
  case mailExchange(String)
  case nameServer(String)
}

/// Why bytes are no answer.
public enum DNSAnswerError: Error, Hashable, Sendable {
  /// The message ends within something.
  case cutShort
  /// It is a question.
  case notAnAnswer
  /// A name is too long, points forward, or has a label of an unknown kind; or a record has another length than its
  /// content.
  case malformed
}

extension DNSRecordType {
  /// The number of the type in messages.
  var number: UInt16 {
    switch self {
    case .a: 1
    case .ns: 2
    case .mx: 15
    case .aaaa: 28
    case .srv: 33
    }
  }
}

/// Walks through the bytes of a message. It never leaves them.
struct DNSReader {
  let bytes: [UInt8]
  /// May be behind the end, which the next read notices.
  var position = 0

  /// What a name may have with the length bytes of its labels (RFC 1035, 2.3.4).
  private static let nameBytesMax = 255

  mutating func skip(_ count: Int) { position += count }

  mutating func number16() throws(DNSAnswerError) -> UInt16 {
    guard bytes.count - position >= 2 else { throw .cutShort }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  mutating func skipName() throws(DNSAnswerError) {
    while true {
      guard position < bytes.count else { throw .cutShort }
      let length = Int(bytes[position])
      switch length & 0xc0 {
      case 0x00: position += 1 + length
      case 0xc0:
        position += 2
        return
      default: throw .malformed
      }
      if length == 0 { return }
    }
  }

  /// The name at ``position``, which moves behind it.
  mutating func name() throws(DNSAnswerError) -> String {
    var text: [UInt8] = []
    var total = 0
    var at = position
    /// A pointer must lead before everything read so far, so that no two of them can form a circle.
    var floor = position
    var end: Int?
    while true {
      guard at < bytes.count else { throw .cutShort }
      let length = Int(bytes[at])
      switch length & 0xc0 {
      case 0x00:
        guard bytes.count - at > length else { throw .cutShort }
        total += 1 + length
        guard total <= Self.nameBytesMax else { throw .malformed }
        if length == 0 {
          position = end ?? at + 1
          return text.isEmpty ? "." : String(decoding: text, as: UTF8.self)
        }
        for byte in bytes[(at + 1)...(at + length)] { Self.append(byte, to: &text) }
        text.append(UInt8(ascii: "."))
        at += 1 + length
      case 0xc0:
        guard bytes.count - at >= 2 else { throw .cutShort }
        let target = (length & 0x3f) << 8 | Int(bytes[at + 1])
        guard target < floor else { throw .malformed }
        if end == nil { end = at + 2 }
        floor = target
        at = target
      default: throw .malformed
      }
    }
  }

  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
    case 0x21...0x7e: text.append(byte)
    default: text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
    }
  }
}

/// Addresses as text.
enum DNSAddress {
  /// - Parameter bytes: at least four.
  static func text4(_ bytes: ArraySlice<UInt8>) -> String { bytes.prefix(4).map { "\($0)" }.joined(separator: ".") }

  /// As RFC 5952 wants it; an IPv4 address in IPv6 form is written as the former.
  ///
  /// - Parameter bytes: at least sixteen.
  static func text6(_ bytes: ArraySlice<UInt8>) -> String {
    let bytes = Array(bytes.prefix(16))
    if bytes[..<10].allSatisfy({ $0 == 0 }) && bytes[10] == 0xff && bytes[11] == 0xff { return text4(bytes[12...]) }
    let words = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    // The longest run of zeros, the first of equals; a single zero is not shortened.
    var best = 0..<0
    var start = 0
    for index in 0...words.count where index == words.count || words[index] != 0 {
      if index - start > max(1, best.count) { best = start..<index }
      start = index + 1
    }
    func text(_ words: ArraySlice<UInt16>) -> String {
      words.map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? text(words[...]) : text(words[..<best.lowerBound]) + "::" + text(words[best.upperBound...])
  }
}
