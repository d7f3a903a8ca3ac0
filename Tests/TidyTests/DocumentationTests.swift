import Testing

@Suite("Documentation")
struct DocumentationTests {
  /// Declarations that say all in their name: witnesses of the standard library's protocols.
  private static func isSelfEvident(_ line: String) -> Bool {
    line.contains(#/public (?:static func (?:==|<|\+=)|func (?:hash|encode|next)\()/#)
  }

  @Test("Public types and functions of storeys 0 and 1 are documented")
  func publicDeclarations() {
    for file in Repository.this.sources where (Storeys.of[file.target] ?? 9) <= 1 {
      for index in file.code.indices {
        let line = file.code[index]
        guard
          line.contains(#/^\s*(?:@\S+ )*public (?:\w+ )*(?:func|struct|class|enum|actor|protocol|typealias) /#),
          !Self.isSelfEvident(line)
        else { continue }
        var above = index - 1
        while above >= 0 && file.code[above].contains(/^\s*@/) { above -= 1 }
        #expect(file.isComment(above), "\(file):\(index + 1)")
      }
    }
  }
}
