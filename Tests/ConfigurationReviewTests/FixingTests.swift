import ConfigurationReview
import Diagnostics
import Testing

@Suite("Putting right what a review found")
struct FixingTests {
  @Test("Keys one level off go into their sections, all of them, and mistyped ones get their names")
  func keys() {
    let text = """
      remote_write:
        - url: https://metrics.example.net/api/v1/write
          name: central
          capacity: 25000  # plenty
          max_shards: 50
          retry_on_http_429: true
          credentials_file: /run/secrets/token
          remote_timout: 20s

      """
    let fixing = ConfigurationReview.isolated().fixing(text)
    #expect(
      fixing.text == """
        remote_write:
          - url: https://metrics.example.net/api/v1/write
            name: central
            queue_config:
              capacity: 25000  # plenty
              max_shards: 50
              retry_on_http_429: true
            authorization:
              credentials_file: /run/secrets/token
            remote_timeout: 20s

        """)
    #expect(fixing.done.count == 5, "\(fixing.done)")
  }

  @Test("A file in which nothing is wrong stays as it is, byte for byte")
  func nothing() {
    let text = "# nothing\r\nremote_write:\r\n- url: https://metrics.example.net/api/v1/write\r\n"
    let fixing = ConfigurationReview.isolated().fixing(text)
    #expect(fixing.text == text && fixing.diff.isEmpty && fixing.done.isEmpty)
  }

  @Test(
    "Every change that rules propose for their examples is the same made twice, and leaves no error",
    arguments: DocumentedRule.all)
  func examples(rule: DocumentedRule) throws {
    for text in try #require(rule.wrong).files {
      let once = ConfigurationReview.isolated().fixing(text, includesUnsafe: true)
      let twice = ConfigurationReview.isolated().fixing(once.text, includesUnsafe: true)
      #expect(once.text == twice.text)
      let errors = ConfigurationReview.isolated().findings(in: once.text).filter { $0.severity == .error }
      #expect(errors.isEmpty, "\(errors.text)\n\(once.text)")
    }
  }
}

@Suite("Differences of two texts")
struct UnifiedDiffTests {
  @Test("are written as diff -u writes them")
  func form() {
    let old = SourceText((1...20).map { "\($0)" }.joined(separator: "\n") + "\n")
    let new = SourceText(
      ([Int](1...4).map { "\($0)" } + ["four and a half"] + [Int](5...16).map { "\($0)" } + ["18", "19", "twenty"])
        .joined(separator: "\n") + "\n")
    #expect(
      UnifiedDiff.between(old, new, path: "a") == [
        "--- a", "+++ a", "@@ -2,6 +2,7 @@", " 2", " 3", " 4", "+four and a half", " 5", " 6", " 7",
        "@@ -14,7 +15,6 @@", " 14", " 15", " 16", "-17", " 18", " 19", "-20", "+twenty",
      ])
    #expect(UnifiedDiff.between(old, old, path: "a").isEmpty)
  }
}
