import AgentConfiguration
import ConfigurationReview
import Diagnostics
import Testing

@Suite("A text that has lost its indentation")
struct FlattenedTests {
  static let guides = ["guide/flattened-remote-write.yml", "guide/flattened-relabel.yml"]

  @Test("is told from other mistakes, at the place where reading had to stop", arguments: guides)
  func told(name: String) throws {
    let findings = ConfigurationReview.isolated().findings(in: try Fixture.text(name))
    let lost = findings.filter { $0.id == "GW113" }
    #expect(lost.map(\.severity) == [.error])
    #expect(lost.first?.line == 3)
    #expect(lost.first?.column == 2)
    #expect(findings.filter { $0.severity == .error }.count == 1, "\(findings.text)")
  }

  @Test("gets it back, with its comments, and is right then", arguments: guides)
  func renested(name: String) throws {
    let text = try Fixture.text(name)
    let fixing = ConfigurationReview.isolated().fixing(text)
    let errors = ConfigurationReview.isolated().findings(in: fixing.text).filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.text)\n\(fixing.text)")
    for comment in text.split(separator: "\n").filter({ $0.contains("#") }) {
      #expect(fixing.text.contains(comment.drop { $0 == " " }))
    }
    #expect(ConfigurationReview.isolated().fixing(fixing.text).diff.isEmpty, "twice is the same as once")
  }

  @Test("puts every key where it belongs")
  func nesting() {
    let flat = """
      global:
      external_labels:
      cluster: eu
      scrape_interval: 15s
      scrape_configs:
      - job_name: node
      static_configs:
      - targets:
      - "a:9100"
      - "b:9100"
      labels:
      env: prod

      # where it goes
      remote_write:
      - url: https://metrics.example.net/api/v1/push
      headers:
      X-Scope-OrgID: team
      queue_config:
      capacity: 10000
      metadata_config:
      send: true
      - url: https://other.example.net/api/v1/write
      basic_auth:
      username: me
      password_file: /run/secrets/password

      """
    let nested = """
      global:
        external_labels:
          cluster: eu
        scrape_interval: 15s
      scrape_configs:
        - job_name: node
          static_configs:
            - targets:
                - "a:9100"
                - "b:9100"
              labels:
                env: prod

      # where it goes
      remote_write:
        - url: https://metrics.example.net/api/v1/push
          headers:
            X-Scope-OrgID: team
          queue_config:
            capacity: 10000
          metadata_config:
            send: true
        - url: https://other.example.net/api/v1/write
          basic_auth:
            username: me
            password_file: /run/secrets/password

      """
    #expect(Renesting(of: SourceText(flat))?.lines.joined(separator: "\n") == nested)
  }

  @Test(
    "is not seen where there is another mistake",
    arguments: [
      "remote_write:\n  - url: https://a/api/v1/write\n   name: b\n", "just words\nmore words\n",
      "a: b: c\nd: e\nf: g\n", "remote_write:\n- url: x\nunheard_of:\n- y: z\nq: [\n",
    ])
  func others(text: String) { #expect(Renesting(of: SourceText(text)) == nil) }
}
