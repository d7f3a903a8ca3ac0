/// The name in `\p{…}`, which Go reads loosely: any case, with or without spaces, hyphens and underscores, and long
/// names for categories (Unicode Technical Standard 18, section 1.2). RE2 knows one spelling of each.
struct UnicodeClassName {
  private let given: String
  private let key: String

  init(_ name: String) {
    given = name
    key = name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
  }

  /// The class as RE2 writes it; a name that is not known is passed on for RE2 to refuse.
  func pattern(isNegated: Bool, inClass: Bool) -> String {
    switch key {
    case "ascii":
      let range = inClass && isNegated ? "\\x{80}-\\x{10FFFF}" : "\\x00-\\x7F"
      if inClass { return range }
      return isNegated ? "[^\(range)]" : "[\(range)]"
    case "any": return isNegated ? "\\P{Any}" : "\\p{Any}"
    case "lc", "casedletter":
      let parts = "\\p{Lu}\\p{Ll}\\p{Lt}"
      if inClass && !isNegated { return parts }
      if inClass { break }
      return isNegated ? "[^\(parts)]" : "[\(parts)]"
    default: break
    }
    return (isNegated ? "\\P{" : "\\p{") + (Self.categories[key] ?? scriptName) + "}"
  }

  /// Each word with a capital, where the writer has not chosen capitals already: `old_italic` is `Old_Italic`, and
  /// `SignWriting` stays.
  private var scriptName: String {
    let words = given.split(omittingEmptySubsequences: false) { $0 == " " || $0 == "_" || $0 == "-" }
    return words.map { word in
      let isOneCase = word == word.lowercased() || word == word.uppercased()
      return isOneCase ? word.prefix(1).uppercased() + word.dropFirst().lowercased() : String(word)
    }.joined(separator: "_")
  }

  private static let categories: [String: String] = [
    "other": "C", "control": "Cc", "cntrl": "Cc", "format": "Cf", "privateuse": "Co", "surrogate": "Cs",
    "letter": "L", "lowercaseletter": "Ll", "modifierletter": "Lm", "otherletter": "Lo", "titlecaseletter": "Lt",
    "uppercaseletter": "Lu", "mark": "M", "combiningmark": "M", "spacingmark": "Mc", "enclosingmark": "Me",
    "nonspacingmark": "Mn", "number": "N", "decimalnumber": "Nd", "digit": "Nd", "letternumber": "Nl",
    "othernumber": "No", "punctuation": "P", "punct": "P", "connectorpunctuation": "Pc", "dashpunctuation": "Pd",
    "closepunctuation": "Pe", "finalpunctuation": "Pf", "initialpunctuation": "Pi", "otherpunctuation": "Po",
    "openpunctuation": "Ps", "symbol": "S", "currencysymbol": "Sc", "modifiersymbol": "Sk", "mathsymbol": "Sm",
    "othersymbol": "So", "separator": "Z", "lineseparator": "Zl", "paragraphseparator": "Zp", "spaceseparator": "Zs",
  ]
}
