/// Why a text is not the value it should be.
struct TextProblem: Error, Equatable {
  /// In the reference's words where it has any.
  var message: String
  /// What to write instead, when that can be told.
  var suggestion: String?

  init(_ message: String, suggestion: String? = nil) {
    self.message = message
    self.suggestion = suggestion
  }
}
