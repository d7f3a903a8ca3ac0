import AgentConfiguration
import Diagnostics
import Settings
import Testing

@Suite("A configuration can be shown")
struct SecretRedactorTests {
  @Test("Secrets are replaced, everything else stays, in block style")
  func rendering() {
    let text = """
      # comment with hunter2
      global: {scrape_interval: 15s, external_labels: {a: 'true', b: "x: y", c: ''}}
      remote_write:
        - url: 'https://user:hunter2@h:9009/api/v1/push?a=b&Api_Key=hunter2'
          name: main
          basic_auth: {username: u, password: hunter2}
          authorization:
            credentials: >-
              hunter2
          headers: {X-Scope-OrgID: t1, X-Api-Key: hunter2}
          sigv4: {access_key: a, secret_key: hunter2}
          tls_config: {key: hunter2, key_file: f}
          write_relabel_configs: []
      scrape_configs:
      - job_name: a
        bearer_token: hunter2
        oauth2: {client_secret: hunter2, token_url: 'http://t/'}
        http_headers: {X-A: {values: [v], secrets: [hunter2, hunter2]}}
        proxy_connect_header: {X-P: [hunter2]}
        params: {auth_token: [hunter2], module: [m]}
        static_configs: [{targets: [a:1], labels: }]
      """
    let expected = """
      global:
        scrape_interval: 15s
        external_labels:
          a: "true"
          b: "x: y"
          c: ""
      remote_write:
      - url: "https://<secret>@h:9009/api/v1/push?a=b&Api_Key=<secret>"
        name: main
        basic_auth:
          username: u
          password: <secret>
        authorization:
          credentials: <secret>
        headers:
          X-Scope-OrgID: t1
          X-Api-Key: <secret>
        sigv4:
          access_key: a
          secret_key: <secret>
        tls_config:
          key: <secret>
          key_file: f
        write_relabel_configs: []
      scrape_configs:
      - job_name: a
        bearer_token: <secret>
        oauth2:
          client_secret: <secret>
          token_url: "http://t/"
        http_headers:
          X-A:
            values:
            - v
            secrets:
            - <secret>
            - <secret>
        proxy_connect_header:
          X-P:
          - <secret>
        params:
          auth_token:
          - <secret>
          module:
          - m
        static_configs:
        - targets:
          - "a:1"
          labels: null

      """
    #expect(SecretRedactor.rendering(text) == expected)
  }

  @Test("What was shown reads as the same settings, secrets aside", arguments: GoldenCase.all.filter(\.valid))
  func rereading(golden: GoldenCase) throws {
    let shown = try #require(SecretRedactor.rendering(golden.config))
    let (before, after) = (read(golden.config), read(shown))
    #expect(after.errors.isEmpty, "\(shown)\n\(after.errors.text)")
    #expect(before.settings?.scrapes == after.settings?.scrapes, "\(shown)")
    #expect(SecretRedactor.rendering(shown) == shown)
  }

  @Test("A file that is not YAML is not shown at all")
  func broken() { #expect(SecretRedactor.rendering("password: hunter2\n\t- x") == nil) }

  @Test("Strings that look like something else stay strings, and control characters are escaped")
  func quoting() throws {
    let text =
      "global: {external_labels: {a: \"\\x01\\n\\\"\\\\\\u2028\", b: '123', c: '~', d: '- x', e: 'a #b', f: ä}}"
    let shown = try #require(SecretRedactor.rendering(text))
    #expect(try settings(shown).externalLabels == settings(text).externalLabels, "\(shown)")
  }
}
