/// A `replacement` or `target_label` with references to groups: `$1`, `${1}`, `$name`, `${name}`; `$$` is a dollar.
///
/// A name takes every letter, digit and underscore that follows, so `$1abc` refers to a group called "1abc"; a
/// reference to a group that does not exist gives nothing; a dollar that begins no reference stands for itself.
struct ReplacementTemplate: Sendable {
  private enum Piece: Sendable {
    case text([UInt8])
    /// The first of these groups that took part in the match.
    case group([Int])
  }

  private var pieces: [Piece] = []
  /// The text when no group is referred to: it is the same for every match.
  private(set) var constant: [UInt8]?
  /// The highest group referred to; 0 for the whole match or none.
  private(set) var highestGroup = 0

  /// - Parameter groupNames: the names of groups 0, 1, 2…; nil for a group without a name.
  init(_ template: String, groupNames: [String?]) {
    var text: [UInt8] = []
    var rest = template.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "$" else {
        text.append(contentsOf: String(scalar).utf8)
        continue
      }
      if rest.first == "$" {
        rest.removeFirst()
        text.append(UInt8(ascii: "$"))
      } else if let name = Self.takeName(from: &rest) {
        let groups = Self.groups(called: name, among: groupNames)
        if groups.isEmpty { continue }
        if !text.isEmpty { pieces.append(.text(text)) }
        text = []
        pieces.append(.group(groups))
        highestGroup = max(highestGroup, groups.max() ?? 0)
      } else {
        text.append(UInt8(ascii: "$"))
      }
    }
    if pieces.isEmpty {
      constant = text
    } else if !text.isEmpty {
      pieces.append(.text(text))
    }
  }

  /// Takes `name` or `{name}` off the front of `rest`, or nothing.
  private static func takeName(from rest: inout Substring.UnicodeScalarView) -> String? {
    var ahead = rest
    let isBraced = ahead.first == "{"
    if isBraced { ahead.removeFirst() }
    let name = ahead.prefix { $0 == "_" || isLetterOrDigit($0) }
    if name.isEmpty { return nil }
    ahead = ahead[name.endIndex...]
    if isBraced {
      guard ahead.first == "}" else { return nil }
      ahead.removeFirst()
    }
    rest = ahead
    return String(name)
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
    default: false
    }
  }

  private static func groups(called name: String, among groupNames: [String?]) -> [Int] {
    let bytes = name.utf8Array
    let isNumber = bytes.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    // With a leading zero, or too long to be the number of any group, it is a name.
    if isNumber && (bytes.count == 1 || bytes[0] != UInt8(ascii: "0")) && bytes.count < 10 {
      guard let number = Int(name), groupNames.indices.contains(number) else { return [] }
      return [number]
    }
    // By bytes: String equality would take canonically equivalent names for one.
    return groupNames.indices.filter { index in groupNames[index].map { $0.utf8Array == bytes } ?? false }
  }

  /// Appends the expansion for one match to `buffer`.
  ///
  /// - Parameter groups: begin and end of the whole match, then of each group up to ``highestGroup``.
  func append(_ subject: [UInt8], _ groups: [Int], to buffer: inout [UInt8]) {
    if let constant {
      buffer.append(contentsOf: constant)
      return
    }
    for piece in pieces {
      switch piece {
      case .text(let text): buffer.append(contentsOf: text)
      case .group(let candidates):
        guard let group = candidates.first(where: { groups[2 * $0] >= 0 }) else { continue }
        buffer.append(groups[2 * group]..<groups[2 * group + 1], of: subject)
      }
    }
  }
}
