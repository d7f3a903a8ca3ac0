/// Colours for a terminal that wants them, nothing for anything else.
struct Paint: Equatable {
  enum Tone: String {
    case good = "32"
    case warning = "33"
    case bad = "31"
    case accent = "36"
    case strong = "1"
    case faint = "2"
  }

  var isColoured: Bool

  func callAsFunction(_ text: String, _ tone: Tone?) -> String {
    guard isColoured, let tone else { return text }
    return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
  }

  /// How many columns a text takes: escape sequences take none.
  static func width(of text: String) -> Int {
    var width = 0
    var isEscaped = false
    for character in text {
      if character == "\u{1B}" {
        isEscaped = true
      } else if isEscaped {
        isEscaped = character != "m"
      } else {
        width += 1
      }
    }
    return width
  }

  /// The beginning of a text that fits into `width` columns. Colours are ended where the text is cut.
  static func fitting(_ text: String, width: Int) -> String {
    guard self.width(of: text) > width else { return text }
    var result = ""
    var columns = 0
    var isEscaped = false
    var hasEscapes = false
    for character in text {
      if character == "\u{1B}" {
        isEscaped = true
        hasEscapes = true
      } else if isEscaped {
        isEscaped = character != "m"
      } else {
        if columns == width { break }
        columns += 1
      }
      result.append(character)
    }
    return hasEscapes ? result + "\u{1B}[0m" : result
  }
}
