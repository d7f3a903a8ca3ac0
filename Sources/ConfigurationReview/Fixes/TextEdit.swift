package import AgentConfiguration

/// A change of a file's text in terms of what is written there. Comments and layout around it stay.
package enum TextEdit: Sendable {
  /// Another value for a field whose value is a scalar on one line. `text` is written as it is, with its quotation marks.
  case setValue(YAMLField, text: String)
  /// Another scalar at a place in a list.
  case setScalar(YAMLNode, text: String)
  case renameKey(YAMLField, to: String)
  /// The field with all that is below it.
  case remove(YAMLField)
  /// Other lines instead of the field and all that is below it. They bring the indentation that they have among themselves.
  case replace(YAMLField, by: [String])
  /// The element of a list with all that is below it.
  case removeElement(YAMLNode)
  /// Lines below a field, at its indentation. The lines bring the indentation that they have among themselves.
  case insert([String], after: YAMLField)
  /// Lines before a field, at its indentation.
  case insertBefore([String], YAMLField)
  /// The field moves, with all that is below it, into the mapping `key` beside `sibling`, which is made where it is not there.
  case move(YAMLField, into: String, of: Section)
}
