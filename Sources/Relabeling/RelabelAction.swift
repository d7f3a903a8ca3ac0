/// What a rule does; the raw value is the word in the configuration file.
public enum RelabelAction: String, Hashable, Sendable, CaseIterable {
  /// Sets the target label from the replacement if the joined value matches.
  case replace
  /// Drops everything that does not match.
  case keep
  /// Drops everything that matches.
  case drop
  /// Drops unless the target label's value equals the joined value.
  case keepEqual = "keepequal"
  /// Drops if the target label's value equals the joined value.
  case dropEqual = "dropequal"
  /// Sets the target label to the joined value's MD5 modulo `modulus`.
  case hashMod = "hashmod"
  /// Copies the value of each label whose name matches to the label that the replacement names.
  case labelMap = "labelmap"
  /// Removes the labels whose names match.
  case labelDrop = "labeldrop"
  /// Removes the labels whose names do not match.
  case labelKeep = "labelkeep"
  /// Sets the target label to the joined value in lower case.
  case lowercase
  /// Sets the target label to the joined value in upper case.
  case uppercase

  /// The action that `word` stands for, in any mixture of cases.
  public init?(word: String) {
    var lowered: [UInt8] = []
    LetterCase.lower.append(word.utf8Array, to: &lowered)
    self.init(rawValue: String(decoding: lowered, as: UTF8.self))
  }
}

extension RelabelAction {
  /// Whether the action reads `target_label`.
  var needsTarget: Bool {
    switch self {
    case .replace, .hashMod, .lowercase, .uppercase, .keepEqual, .dropEqual: true
    case .keep, .drop, .labelMap, .labelDrop, .labelKeep: false
    }
  }

  var refusesReplacement: Bool {
    switch self {
    case .lowercase, .uppercase, .keepEqual, .dropEqual: true
    case .replace, .keep, .drop, .hashMod, .labelMap, .labelDrop, .labelKeep: false
    }
  }
}
