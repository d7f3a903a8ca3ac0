import Testing

@Suite("Documentation")
struct DocumentationTests {
  /// Types within types are left to the eye: their names are read with that of the outer one.
  @Test("Public types of storeys 0 and 1 are documented")
  func publicTypes() {
    for file in Repository.this.sources where (Storeys.of[file.target] ?? 9) <= 1 {
      for index in file.code.indices {
        let line = file.code[index]
        guard
          line.mentions("public "),
          line.contains(#/^(?:@\S+ )*public (?:\w+ )*(?:struct|class|enum|actor|protocol|typealias) /#)
        else { continue }
        var above = index - 1
        while above >= 0 && file.code[above].contains(/^\s*@/) { above -= 1 }
        #expect(file.isComment(above), "\(file):\(index + 1)")
      }
    }
  }
}
