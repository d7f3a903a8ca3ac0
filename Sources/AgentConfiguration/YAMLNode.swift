/// A YAML value with its place; aliases and merge keys are resolved, keys are unique.
package struct YAMLNode: Sendable {
  package indirect enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLField])
  }

  package var place: Place
  package var content: Content

  package init(place: Place, content: Content) {
    self.place = place
    self.content = content
  }

  package var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  package var isNull: Bool { scalar?.resolved == .null }

  /// For messages: what kind of value this is, in the words of YAML's own errors.
  package var kind: String {
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
package struct YAMLField: Sendable {
  package var key: YAMLNode
  package var value: YAMLNode

  package init(key: YAMLNode, value: YAMLNode) {
    self.key = key
    self.value = value
  }

  /// Where to point when the value is wrong: an empty value has no place of its own that a reader would recognise.
  package var valuePlace: Place {
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
