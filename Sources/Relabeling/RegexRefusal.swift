/// Why an expression is refused.
struct RegexRefusal: Error, Equatable {
  /// In the words of the reference implementation, which users search for.
  var complaint: String
  /// The piece of the expression at fault.
  var culprit: String

  init(_ complaint: String, culprit: String) {
    self.complaint = complaint
    self.culprit = culprit
  }

  var message: String {
    culprit.isEmpty ? "error parsing regexp: \(complaint)" : "error parsing regexp: \(complaint): `\(culprit)`"
  }
}
