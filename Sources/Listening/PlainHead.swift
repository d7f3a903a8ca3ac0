/// The head of a request of which there is only one reading: HTTP/1.1, POST, one `Content-Length`, no name twice, a
/// connection that stays or ends with the answer, and lines that every parser takes for the same.
///
/// What asks for more than that, or could be read otherwise, is no plain head, whether it is right or wrong: the parser
/// of all other requests says what it is.
package struct PlainHead {
  /// The most bytes that it has; senders of pushes need some three hundred.
  package static let bytesMax = 4 << 10
  private static let fieldsMax = 32
  /// Twelve digits are a terabyte, and no number of them overflows.
  private static let lengthDigitsMax = 12
  private static let start = Array("POST ".utf8)
  private static let end = Array(" HTTP/1.1".utf8)
  /// What changes how a request is read or answered.
  private static let excluded: Set<String> = ["transfer-encoding", "expect", "upgrade"]

  /// As it was written.
  package let target: String
  /// Names in lower case, in the order in which they came.
  package let fields: [(name: String, value: String)]
  /// Whether the connection ends with the answer.
  package let isLast: Bool
  package let bodyByteCount: Int
  /// Where the number of that stands in the head.
  let lengthDigits: Range<Int>

  /// - Parameter bytes: everything up to the empty line and with it.
  /// - Returns: nil for a head that is not plain.
  init?(_ bytes: [UInt8]) {
    var lines = Lines(bytes)
    guard let request = lines.next(), let target = Self.target(bytes[request]) else { return nil }
    var fields: [(name: String, value: String)] = []
    var length: (byteCount: Int, digits: Range<Int>)?
    var isLast = false
    while let line = lines.next(), !line.isEmpty {
      guard let (name, place) = Self.field(bytes, line), fields.count < Self.fieldsMax,
        !fields.contains(where: { $0.name == name }), !Self.excluded.contains(name)
      else { return nil }
      let value = String(decoding: bytes[place], as: UTF8.self)
      switch name {
      case "content-length":
        guard let byteCount = Self.number(bytes.span.extracting(place)) else { return nil }
        length = (byteCount, place)
      case "connection":
        isLast = value.lowercased() == "close"
        guard isLast || value.lowercased() == "keep-alive" else { return nil }
      default: break
      }
      fields.append((name, value))
    }
    // The empty line is the last, and there is nobody to say for whom a request without a host is.
    guard let length, lines.isAtEnd, fields.contains(where: { $0.name == "host" }) else { return nil }
    self.target = target
    self.fields = fields
    self.isLast = isLast
    bodyByteCount = length.byteCount
    lengthDigits = length.digits
  }

  /// The bytes of a length that can be written in one way alone.
  static func number(_ digits: Span<UInt8>) -> Int? {
    guard (1...lengthDigitsMax).contains(digits.count), digits.count == 1 || digits[0] != UInt8(ascii: "0") else {
      return nil
    }
    var number = 0
    for index in digits.indices {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits[index]) else { return nil }
      number = number * 10 + Int(digits[index] - UInt8(ascii: "0"))
    }
    return number
  }

  private static func target(_ line: ArraySlice<UInt8>) -> String? {
    guard line.starts(with: start), line.suffix(end.count).elementsEqual(end) else { return nil }
    let target = line.dropFirst(start.count).dropLast(end.count)
    guard target.first == UInt8(ascii: "/"), !target.contains(UInt8(ascii: " ")) else { return nil }
    return String(decoding: target, as: UTF8.self)
  }

  /// A name of letters, digits and hyphens, a colon, and a value behind one space at most.
  private static func field(_ bytes: [UInt8], _ line: Range<Int>) -> (name: String, place: Range<Int>)? {
    guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound else { return nil }
    let space = UInt8(ascii: " ")
    var start = colon + 1
    if start < line.upperBound && bytes[start] == space { start += 1 }
    let place = start..<line.upperBound
    guard bytes[place].first != space, bytes[place].last != space,
      bytes[line.lowerBound..<colon].allSatisfy(isOfName)
    else { return nil }
    return (String(decoding: bytes[line.lowerBound..<colon], as: UTF8.self).lowercased(), place)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The lines of a head, each of which ends with two bytes.
  private struct Lines {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func next() -> Range<Int>? {
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")), end > position,
        bytes[end - 1] == UInt8(ascii: "\r")
      else { return nil }
      defer { position = end + 1 }
      return position..<end - 1
    }
  }
}

/// How far the head at the beginning of some bytes goes, before anybody reads it.
enum HeadExtent: Equatable {
  /// It has so many bytes, with the empty line.
  case whole(Int)
  case unfinished
  /// It is no plain head, however it goes on.
  case odd

  /// - Complexity: linear in the head.
  init(_ bytes: Span<UInt8>) {
    let start = Array("POST /".utf8)
    for index in 0..<min(bytes.count, start.count) where bytes[index] != start[index] {
      self = .odd
      return
    }
    var lineByteCount = 0
    var previous: UInt8 = 0
    for index in 0..<min(bytes.count, PlainHead.bytesMax) {
      let byte = bytes[index]
      switch byte {
      case 0x20...0x7e where previous != UInt8(ascii: "\r"): lineByteCount += 1
      case UInt8(ascii: "\r") where previous != UInt8(ascii: "\r"): break
      case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"):
        if lineByteCount == 0 {
          self = .whole(index + 1)
          return
        }
        lineByteCount = 0
      default:
        self = .odd
        return
      }
      previous = byte
    }
    self = bytes.count < PlainHead.bytesMax ? .unfinished : .odd
  }
}
