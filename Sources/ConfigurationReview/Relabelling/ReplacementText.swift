/// The references to groups in a `replacement` or `target_label`, as the rules expand them.
///
///     ReplacementText("$1-${name}").references.map(\.name)   // ["1", "name"]
struct ReplacementText: Sendable {
  struct Reference: Sendable {
    var name: String
    var isBraced: Bool
    /// Where its dollar is, and where what follows it begins.
    var range: Range<String.Index>

    /// nil for a group with a name.
    var number: Int? { Int(name) }
  }

  let text: String

  init(_ text: String) { self.text = text }

  /// In their order. `$$` is a dollar and refers to nothing.
  var references: [Reference] {
    var found: [Reference] = []
    var index = text.startIndex
    while let dollar = text[index...].firstIndex(of: "$") {
      index = text.index(after: dollar)
      if text[index...].hasPrefix("$") {
        index = text.index(after: index)
        continue
      }
      let isBraced = text[index...].hasPrefix("{")
      let start = isBraced ? text.index(after: index) : index
      let name = text[start...].prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      var end = name.endIndex
      if isBraced {
        guard text[end...].hasPrefix("}") else { continue }
        end = text.index(after: end)
      }
      guard !name.isEmpty else { continue }
      found.append(Reference(name: String(name), isBraced: isBraced, range: dollar..<end))
      index = end
    }
    return found
  }
}
