/// Writes JSON (RFC 8259) into a string, without a value tree in between.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///       writer.member("ok", true)
///       writer.member("findings") { $0.array { for finding in findings { finding.write(to: &$0) } } }
///     }
///     writer.text
///
/// Objects and arrays are closures, so that what is opened is closed. Members keep the order in which they are
/// written; writing a name twice is the caller's mistake and is not noticed.
public struct JSONWriter: Sendable {
  /// What has been written, and was not taken away yet.
  public private(set) var text = ""
  private var needsComma = false
  private let sink: (@Sendable (String) -> Void)?
  /// From how many bytes on text is taken away.
  private static let portionBytes = 1 << 16

  public init() { sink = nil }

  /// A writer that hands on what it has written in portions, for texts that should not be held as a whole.
  /// ``finish()`` hands on the rest.
  public init(sink: @escaping @Sendable (String) -> Void) { self.sink = sink }

  /// Hands on what is left.
  public mutating func finish() {
    sink?(text)
    if sink != nil { text = "" }
  }

  public mutating func object(_ body: (inout JSONWriter) -> Void) { enclosed("{", "}", body) }
  public mutating func array(_ body: (inout JSONWriter) -> Void) { enclosed("[", "]", body) }

  public mutating func value(_ value: String) { raw(JSONWriter.quoted(value)) }
  public mutating func value(_ value: Int) { raw(String(value)) }
  public mutating func value(_ value: Bool) { raw(value ? "true" : "false") }
  /// JSON has no word for infinities and NaN; they become null.
  public mutating func value(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }
  public mutating func null() { raw("null") }
  /// Values that somebody has written already, with commas between them: for lists of millions, written as bytes.
  public mutating func values(json: [UInt8]) { raw(String(decoding: json, as: UTF8.self)) }

  public mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
    raw(JSONWriter.quoted(name))
    text += ":"
    needsComma = false
    body(&self)
  }
  public mutating func member(_ name: String, _ value: String) { member(name) { $0.value(value) } }
  public mutating func member(_ name: String, _ value: Int) { member(name) { $0.value(value) } }
  public mutating func member(_ name: String, _ value: Bool) { member(name) { $0.value(value) } }
  public mutating func member(_ name: String, _ value: Double) { member(name) { $0.value(value) } }

  /// `value` between quotation marks, with what JSON forbids in a string escaped.
  public static func quoted(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7f}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private mutating func enclosed(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
    raw(open)
    needsComma = false
    body(&self)
    text += close
    needsComma = true
  }

  private mutating func raw(_ piece: String) {
    if needsComma { text += "," }
    text += piece
    needsComma = true
    if let sink, text.utf8.count >= Self.portionBytes {
      sink(text)
      text = ""
    }
  }
}
