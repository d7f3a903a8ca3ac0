import AgentConfiguration
import Testing

@Suite("Differences of two texts")
struct UnifiedDiffTests {
  @Test("are written as diff -u writes them")
  func form() {
    let old = SourceText((1...20).map { "\($0)" }.joined(separator: "\n") + "\n")
    let numbers = (1...16).map { "\($0)" }
    let lines = numbers[..<4] + ["four and a half"] + numbers[4...] + ["18", "19", "twenty"]
    let new = SourceText(lines.joined(separator: "\n") + "\n")
    #expect(
      UnifiedDiff.between(old, new, path: "a") == [
        "--- a", "+++ a", "@@ -2,6 +2,7 @@", " 2", " 3", " 4", "+four and a half", " 5", " 6", " 7",
        "@@ -14,7 +15,6 @@", " 14", " 15", " 16", "-17", " 18", " 19", "-20", "+twenty",
      ])
    #expect(UnifiedDiff.between(old, old, path: "a").isEmpty)
  }
}
