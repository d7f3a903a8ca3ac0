import AgentConfiguration

/// Rules about statements: each looks at one at a time.
protocol StatementRule: ReviewRule {
  /// What is wrong with a statement, what was seen, and what to do; nil where nothing is.
  func advice(on statement: String) -> (message: String, evidence: String, fix: String)?
}

extension StatementRule {
  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.statements.compactMap { line, text in
      guard let found = advice(on: text) else { return nil }
      let column = (file.text.indentation(ofLine: line) ?? 0) + 1
      return Advice(Place(line: line, column: column), found.message, evidence: found.evidence, fix: found.fix)
    }
  }
}
