/// JSON as people read it, and as `diff` compares it: a member or element on each line, two columns for each level.
enum IndentedJSON {
  /// - Parameter json: what ``JSONWriter`` has written: valid, without space between tokens.
  /// - Complexity: O(bytes).
  static func text(of json: String) -> String {
    var result: [UInt8] = []
    var depth = 0
    var isInString = false
    var isEscaped = false
    var previous: UInt8 = 0
    func breakLine() {
      result.append(UInt8(ascii: "\n"))
      result.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
    for byte in json.utf8 {
      if isInString {
        result.append(byte)
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        previous = byte
        continue
      }
      let isOpened = previous == UInt8(ascii: "{") || previous == UInt8(ascii: "[")
      switch byte {
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if !isOpened { breakLine() }
        result.append(byte)
      case UInt8(ascii: ","):
        result.append(byte)
        breakLine()
      case UInt8(ascii: ":"): result += [byte, UInt8(ascii: " ")]
      default:
        if isOpened { breakLine() }
        result.append(byte)
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
        isInString = byte == UInt8(ascii: "\"")
      }
      previous = byte
    }
    return String(decoding: result, as: UTF8.self)
  }
}
