import AgentConfiguration

/// Looking into a tree whose shape nobody vouches for: what is not there is nil or empty.
extension YAMLNode {
  var fields: [YAMLField] {
    if case .mapping(let fields) = content { return fields }
    return []
  }

  var elements: [YAMLNode] {
    if case .sequence(let elements) = content { return elements }
    return []
  }

  var text: String? { scalar?.text }

  func field(_ name: String) -> YAMLField? { fields.first { $0.key.scalar?.text == name } }

  subscript(_ names: String...) -> YAMLNode? {
    var node: YAMLNode? = self
    for name in names { node = node?.field(name)?.value }
    return node
  }

  /// Whether there is something in it.
  var isFilled: Bool {
    switch content {
    case .mapping(let fields): !fields.isEmpty
    case .sequence(let elements): !elements.isEmpty
    case .scalar: !isNull
    }
  }

  var isTrue: Bool { scalar?.resolved == .bool(true) }

  /// The texts of a list, or the one text that stands for it.
  var texts: [String] { text.map { [$0] } ?? elements.compactMap(\.text) }
}
