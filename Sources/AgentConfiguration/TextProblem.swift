/// Why a text is not the value it should be.
package struct TextProblem: Error, Equatable {
  /// In the reference's words where it has any.
  package var message: String
  /// What to write instead, when that can be told.
  package var suggestion: String?

  init(_ message: String, suggestion: String? = nil) {
    self.message = message
    self.suggestion = suggestion
  }
}
