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
