/// A YAML value with its place; aliases and merge keys are resolved, keys are unique.
struct YAMLNode: Sendable {
  indirect enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLField])
  }

  var place: Place
  var content: Content

  var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  var isNull: Bool { scalar?.resolved == .null }

  /// For messages: what kind of value this is, in the words of YAML's own errors.
  var kind: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let scalar):
      switch scalar.resolved {
      case .null: "nothing"
      case .bool: "!!bool `\(scalar.text)`"
      case .integer, .unsigned: "!!int `\(scalar.text)`"
      case .float: "!!float `\(scalar.text)`"
      // Not the text itself: whatever stands in the wrong place may be a secret.
      case .string: "!!str of \(scalar.text.unicodeScalars.count) characters"
      }
    }
  }
}

/// One entry of a mapping.
struct YAMLField: Sendable {
  var key: YAMLNode
  var value: YAMLNode

  /// Where to point when the value is wrong: an empty value has no place of its own that a reader would recognise.
  var valuePlace: Place {
    if let scalar = value.scalar, scalar.text.isEmpty, scalar.isPlain { return key.place }
    return value.place
  }
}

/// Bounds on a document. No configuration comes near them; what does is refused, not truncated.
enum YAMLLimits {
  /// Bytes of one file.
  static let textBytesMax = 16 << 20
  /// Nodes after aliases are expanded, so that a few lines cannot unfold into gigabytes.
  static let nodesMax = 1_000_000
  /// Levels of nesting after aliases are expanded; bounds the recursion of everything that walks the tree.
  static let depthMax = 128
  /// Duplicate keys reported for one file before reading stops.
  static let duplicateKeysMax = 20
}
