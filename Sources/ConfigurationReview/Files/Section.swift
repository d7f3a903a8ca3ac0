package import AgentConfiguration
import Settings

/// A mapping of a configuration, for asking what is written there and where.
///
/// It reports nothing: what is of the wrong kind is absent here, and an error of the reading elsewhere.
package struct Section: Sendable {
  package let place: Place
  /// In the order of the file.
  package let fields: [YAMLField]
  private let indexes: [String: Int]

  /// nil when `node` is no mapping; one that is empty has no fields.
  package init?(_ node: YAMLNode) {
    switch node.content {
    case .mapping(let fields): self.init(fields, at: node.place)
    case .scalar where node.isNull: self.init([], at: node.place)
    default: return nil
    }
  }

  package init(_ fields: [YAMLField], at place: Place) {
    self.place = place
    self.fields = fields
    indexes = Dictionary(
      fields.enumerated().compactMap { index, field in field.key.scalar.map { ($0.text, index) } },
      uniquingKeysWith: { first, _ in first })
  }

  package subscript(key: String) -> YAMLField? { indexes[key].map { fields[$0] } }

  package func has(_ key: String) -> Bool { indexes[key] != nil }

  /// Where the key stands; the place of the section where it does not.
  package func place(of key: String) -> Place { self[key]?.key.place ?? place }

  /// A text that is not empty.
  package func text(_ key: String) -> Located<String>? {
    guard let field = self[key], let scalar = field.value.scalar, scalar.resolved != .null, !scalar.text.isEmpty else {
      return nil
    }
    return Located(value: scalar.text, place: field.valuePlace)
  }

  package func bool(_ key: String) -> Located<Bool>? {
    guard let field = self[key], case .bool(let value)? = field.value.scalar?.resolved else { return nil }
    return Located(value: value, place: field.valuePlace)
  }

  package func integer(_ key: String) -> Located<Int>? {
    guard let field = self[key], case .integer(let value)? = field.value.scalar?.resolved else { return nil }
    return Located(value: Int(value), place: field.valuePlace)
  }

  package func duration(_ key: String) -> Located<Duration>? {
    guard let text = text(key), let duration = try? DurationText.parse(text.value) else { return nil }
    return Located(value: duration, place: text.place)
  }

  /// The elements of a list; none when it is absent.
  package func list(_ key: String) -> [YAMLNode] {
    guard case .sequence(let elements)? = self[key]?.value.content else { return [] }
    return elements
  }

  package func texts(_ key: String) -> [Located<String>] {
    list(key).compactMap { node in node.scalar.map { Located(value: $0.text, place: node.place) } }
  }

  package func section(_ key: String) -> Section? { self[key].flatMap { Section($0.value) } }

  /// The mappings in a list.
  package func sections(_ key: String) -> [Section] { list(key).compactMap { Section($0) } }
}
