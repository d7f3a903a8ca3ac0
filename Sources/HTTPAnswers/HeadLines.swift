/// The lines of an answer's head as far as they have come, and what they say about its body and its connection.
package struct HeadLines {
  typealias Fault = AnswerParser.Fault

  /// Where the body ends.
  enum Framing: Equatable {
    case none
    case length(Int)
    case chunks
    /// With the connection.
    case connection
  }

  /// How much a head holds so far.
  struct Size {
    private var lineCount = 0
    private var byteCount = 0

    mutating func add(_ bytes: Int) throws(Fault) {
      lineCount += 1
      byteCount += bytes
      guard lineCount <= AnswerParser.headerCountMax else {
        throw Fault(reason: "there are more than \(AnswerParser.headerCountMax) headers")
      }
      guard byteCount <= AnswerParser.headBytesMax else {
        throw Fault(reason: "the headers have more than \(AnswerParser.headBytesMax) bytes")
      }
    }
  }

  static let noHTTP = Fault(reason: "it does not begin with HTTP/1.0 or HTTP/1.1")

  private(set) var status = 0
  private(set) var headers = AnswerHeaders()
  private var isHTTP10 = false
  private var size = Size()
  private var length: Int?
  private var isChunked = false
  private var saysClose = false
  private var saysKeepAlive = false

  /// Nothing yet.
  init() {}

  /// - Parameter bytes: `HTTP/1.1 200 OK`; the reason may be missing.
  init(statusLine bytes: Span<UInt8>) throws(Fault) {
    guard bytes.count >= 12, Self.beginsAsHTTP(bytes) else { throw Self.noHTTP }
    guard bytes[7] == 0x30 || bytes[7] == 0x31, bytes[8] == 0x20 else { throw Self.noHTTP }
    isHTTP10 = bytes[7] == 0x30
    for index in 9..<12 {
      guard (0x30...0x39).contains(bytes[index]) else { throw Fault(reason: "it has no status") }
      status = status * 10 + Int(bytes[index] - 0x30)
    }
    guard status >= 100, bytes.count == 12 || bytes[12] == 0x20 else { throw Fault(reason: "it has no status") }
    for index in 12..<bytes.count where !Self.isText(bytes[index]) { throw Fault(reason: "its reason is no text") }
    headers.reserve()
  }

  /// - Parameter bytes: `Name: value`.
  mutating func add(_ bytes: Span<UInt8>) throws(Fault) {
    try size.add(bytes.count)
    var colon = 0
    while colon < bytes.count, Self.isToken(bytes[colon]) { colon += 1 }
    guard colon > 0, colon < bytes.count, bytes[colon] == 0x3a else {
      throw Fault(reason: "a header's name is no token")
    }
    var start = colon + 1
    var end = bytes.count
    while start < end, Self.isBlank(bytes[start]) { start += 1 }
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    for index in start..<end where !Self.isText(bytes[index]) { throw Fault(reason: "a header's value is no text") }
    switch colon {
    case 10 where Self.equal(bytes, 0..<10, "connection"): addConnection(bytes, start..<end)
    case 14 where Self.equal(bytes, 0..<14, "content-length"): try addLength(bytes, start..<end)
    case 17 where Self.equal(bytes, 0..<17, "transfer-encoding"):
      guard !isChunked, Self.equal(bytes, start..<end, "chunked") else {
        throw Fault(reason: "its Transfer-Encoding is not understood")
      }
      isChunked = true
    default: break
    }
    headers.append(bytes, nameCount: colon, value: start..<end)
  }

  var keepsConnection: Bool { !saysClose && (!isHTTP10 || (saysKeepAlive && !isChunked)) }

  /// - Parameter isBodiless: the status or the request says that there is no body.
  func framing(isBodiless: Bool) throws(Fault) -> Framing {
    if isChunked && length != nil { throw Fault(reason: "it has both a Content-Length and a Transfer-Encoding") }
    if isBodiless { return .none }
    if isChunked { return .chunks }
    return length.map { .length($0) } ?? .connection
  }

  private mutating func addLength(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(Fault) {
    var count = 0
    for index in range {
      guard (0x30...0x39).contains(bytes[index]) else { throw Fault(reason: "its Content-Length is no number") }
      let (tens, isTooMuch) = count.multipliedReportingOverflow(by: 10)
      let (sum, isTooMuchAgain) = tens.addingReportingOverflow(Int(bytes[index] - 0x30))
      guard !isTooMuch, !isTooMuchAgain else { throw Fault(reason: "its Content-Length is absurd") }
      count = sum
    }
    guard !range.isEmpty, length == nil || length == count else {
      throw Fault(reason: "it has no one Content-Length")
    }
    length = count
  }

  /// - Parameter range: a list of words with commas between them.
  private mutating func addConnection(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, bytes[end] != 0x2c { end += 1 }
      var word = start..<end
      while let first = word.first, Self.isBlank(bytes[first]) { word.removeFirst() }
      while let last = word.last, Self.isBlank(bytes[last]) { word.removeLast() }
      if Self.equal(bytes, word, "close") { saysClose = true }
      if Self.equal(bytes, word, "keep-alive") { saysKeepAlive = true }
      start = end + 1
    }
  }

  // MARK: - Bytes

  /// Whether all that has come of seven bytes is as it should be.
  static func beginsAsHTTP(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    for byte in "HTTP/1.".utf8 where index < bytes.count {
      if bytes[index] != byte { return false }
      index += 1
    }
    return true
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// No control character but the tabulator.
  package static func isText(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7f) || byte == 0x09 }

  /// What names of headers and methods are made of (RFC 9110, section 5.6.2).
  package static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: true
    default: false
    }
  }

  /// Whether the bytes are `word`, in whichever case; `word` is in lower case.
  private static func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { letters in
      for (index, letter) in zip(range, letters) {
        let byte = (0x41...0x5a).contains(bytes[index]) ? bytes[index] | 0x20 : bytes[index]
        if byte != letter { return false }
      }
      return true
    }
  }
}
