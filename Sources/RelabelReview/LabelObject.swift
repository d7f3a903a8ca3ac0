import MetricModel

/// Reads labels from one JSON object of texts, `{"__name__":"up","job":"node"}`, straight out of the bytes of a line.
///
/// Strict (RFC 8259): no label twice, no other values than texts, well-formed UTF-8, whole surrogate pairs, nothing
/// behind the object. An empty value is a label that is absent. Values never nest, so reading never recurses.
///
/// - Complexity: O(bytes); text without escapes is copied once and nothing is allocated for it.
struct LabelObject {
  /// Why a line is no such object.
  struct Flaw: Error, Hashable {
    /// From 0, in bytes from the beginning of the line.
    var offset: Int
    var message: String
  }

  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  private let start: Int
  /// Text with escapes is put together here.
  private var unescaped: [UInt8] = []
  /// Names whose value was empty: the set does not hold them, and none may come twice.
  private var emptied: [ArraySlice<UInt8>] = []

  /// Replaces what `labels` holds by the object in `range`.
  static func read(_ bytes: [UInt8], _ range: Range<Int>, into labels: inout LabelSet) throws(Flaw) {
    labels.removeAll()
    var reader = LabelObject(bytes, range)
    try reader.object(into: &labels)
  }

  /// Whether `range` begins as such an object does, and not as a series whose quoted name stands between braces.
  static func begins(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var reader = LabelObject(bytes, range)
    reader.skipBlanks()
    guard reader.take(UInt8(ascii: "{")) else { return false }
    reader.skipBlanks()
    if reader.take(UInt8(ascii: "}")) { return true }
    guard (try? reader.text()) != nil else { return false }
    reader.skipBlanks()
    return reader.take(UInt8(ascii: ":"))
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    start = range.lowerBound
    position = range.lowerBound
    end = range.upperBound
  }

  // MARK: - The grammar

  private mutating func object(into labels: inout LabelSet) throws(Flaw) {
    skipBlanks()
    guard take(UInt8(ascii: "{")) else { throw flaw("a JSON object of labels has to begin with {") }
    skipBlanks()
    if !take(UInt8(ascii: "}")) {
      repeat {
        skipBlanks()
        try member(into: &labels)
        skipBlanks()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else { throw flaw("expected , or } behind a label") }
    }
    skipBlanks()
    if position < end { throw flaw("something stands behind the object") }
  }

  private mutating func member(into labels: inout LabelSet) throws(Flaw) {
    let nameStart = position
    guard position < end, bytes[position] == UInt8(ascii: "\"") else {
      throw flaw("expected the name of a label in quotation marks")
    }
    let name = try text()
    if name.isEmpty { throw flaw("a label has no name", at: nameStart) }
    skipBlanks()
    guard take(UInt8(ascii: ":")) else { throw flaw("expected : behind the name of a label") }
    skipBlanks()
    guard position < end, bytes[position] == UInt8(ascii: "\"") else {
      throw flaw("the value of label \(Self.quoted(name)) is not a text")
    }
    let value = try text()
    var isNew = labels.set(name, value)
    if value.isEmpty || !emptied.isEmpty {
      isNew = isNew && !emptied.contains(name)
      if value.isEmpty { emptied.append(name) }
    }
    if !isNew { throw flaw("label \(Self.quoted(name)) stands twice", at: nameStart) }
  }

  /// The text that begins at the quotation mark here.
  private mutating func text() throws(Flaw) -> ArraySlice<UInt8> {
    let opening = position
    guard take(UInt8(ascii: "\"")) else { throw flaw("expected a text in quotation marks") }
    let first = position
    var isASCII = true
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let range = first..<position
        position += 1
        if !isASCII { try checkUTF8(range) }
        return bytes[range]
      }
      if byte == UInt8(ascii: "\\") { return try escapedText(from: first) }
      if byte < 0x20 { throw flaw("a control character has to be escaped") }
      if byte >= 0x80 { isASCII = false }
      position += 1
    }
    throw flaw("a text is not closed", at: opening)
  }

  /// The rest of a text that has an escape at the position.
  private mutating func escapedText(from first: Int) throws(Flaw) -> ArraySlice<UInt8> {
    unescaped.removeAll(keepingCapacity: true)
    unescaped.append(contentsOf: bytes[first..<position])
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        // An escape is ASCII and ends a character, so the raw bytes are well-formed exactly if these are.
        try checkUTF8(first..<position)
        position += 1
        return unescaped[...]
      case UInt8(ascii: "\\"): try escape()
      case ..<0x20: throw flaw("a control character has to be escaped")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw flaw("a text is not closed", at: first - 1)
  }

  private mutating func escape() throws(Flaw) {
    let escapeStart = position
    position += 1
    guard position < end else { throw flaw("a text is not closed") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0c)
    case UInt8(ascii: "n"): unescaped.append(0x0a)
    case UInt8(ascii: "r"): unescaped.append(0x0d)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"):
      var code = try fourDigits(of: escapeStart)
      if code & 0xfc00 == 0xd800 {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw flaw("half of a surrogate pair", at: escapeStart)
        }
        let low = try fourDigits(of: escapeStart)
        guard low & 0xfc00 == 0xdc00 else { throw flaw("half of a surrogate pair", at: escapeStart) }
        code = 0x10000 + (code & 0x3ff) << 10 + low & 0x3ff
      }
      // The other half alone is no scalar.
      guard let scalar = Unicode.Scalar(code) else { throw flaw("half of a surrogate pair", at: escapeStart) }
      unescaped.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default: throw flaw("an escape that JSON does not know", at: escapeStart)
    }
  }

  private mutating func fourDigits(of escapeStart: Int) throws(Flaw) -> UInt32 {
    guard end - position >= 4 else { throw flaw("\\u needs four digits", at: escapeStart) }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw flaw("\\u needs four digits", at: escapeStart)
      }
      code = code << 4 | UInt32(digit)
    }
    position += 4
    return code
  }

  // MARK: - Bytes

  private mutating func skipBlanks() {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func checkUTF8(_ range: Range<Int>) throws(Flaw) {
    if String(validating: bytes[range], as: UTF8.self) == nil {
      throw flaw("a text is not UTF-8", at: range.lowerBound)
    }
  }

  private func flaw(_ message: String, at index: Int? = nil) -> Flaw {
    Flaw(offset: (index ?? position) - start, message: message)
  }

  private static func quoted(_ name: ArraySlice<UInt8>) -> String {
    String(decoding: name.prefix(80), as: UTF8.self).debugDescription
  }
}
