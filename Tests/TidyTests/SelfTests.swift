import Testing

@Suite("The rules see what they look for")
struct SelfTests {
  private let file = SourceFile(
    path: "Sources/Some/File.swift",
    text: #"""
      public import Other
      @testable import Third
      // print("not this")
      let text = "print(nor this) \" {" // nor this: try!
      let page = """
        fatalError(nor this)
        """
      /* as! */
      func long() {
        print("this")
        if true { call() }
      }
      protocol Face { func bodiless() }
      init?(short: Int) { nil }
      """#)

  @Test("Comments and literals are not code")
  func code() {
    #expect(file.places(of: /\bprint\(/, among: "print(") == ["Sources/Some/File.swift:10"])
    #expect(file.places(of: /try!|as!|fatalError/, among: "try!", "as!", "fatalError") == [])
    #expect(file.code[3] == #"let text = "" "#)
    #expect(file.isComment(2) && !file.isComment(3))
  }

  @Test("Imports are found whatever stands before them")
  func imports() { #expect(file.imports == ["Other", "Third"]) }

  @Test("A function is as long as its braces")
  func functions() {
    let functions = Function.all(in: file)
    #expect(functions.map(\.name) == ["long", "init"])
    #expect(functions.map(\.line) == [9, 14])
    #expect(functions.map(\.lineCount) == [4, 1])
  }

  @Test("The manifest is read: targets, their dependencies on each other, nothing else")
  func manifest() {
    let declared = Repository.this.declaredDependencies
    #expect(declared["Diagnostics"] == [])
    #expect(declared["Settings"] == ["MetricModel", "Relabeling"])
    #expect(declared["Discovery"] == ["CResolver", "MetricModel", "Relabeling", "Settings"])
  }
}
