/// Replaces `$NAME` and `${NAME}` in the values of `external_labels`; `$$` is a dollar sign, an unknown name is empty.
enum EnvironmentExpansion {
  static func expand(_ text: String, _ value: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      guard let next = rest.first else { return result + "$" }
      if next == "{" {
        let name = rest.dropFirst().prefix { $0 != "}" }
        guard rest.dropFirst(1 + name.count).first == "}" else {
          // As the reference does with a brace that is never closed: only "${" disappears.
          rest = rest.dropFirst()
          continue
        }
        rest = rest.dropFirst(name.count + 2)
        result += name == "$" ? "$" : name.isEmpty ? "" : value(String(name)) ?? ""
      } else if next == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if "*#@!?-0123456789".contains(next) {
        result += value(String(next)) ?? ""
        rest = rest.dropFirst()
      } else {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(name.count)
        result += name.isEmpty ? "$" : value(String(name)) ?? ""
      }
    }
    return result + rest
  }
}
