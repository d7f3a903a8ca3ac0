import AgentConfiguration
import Diagnostics
import MetricModel
import Settings

extension FuzzTarget {
  /// Single words and lines that come from outside.
  static let words = [
    FuzzTarget("name-escaping", seeds: { ["http.requests", "U__a_2e_b", "U___", "ä", "_dot_"].map { Array($0.utf8) } })
    {
      input in
      for kind in [NameKind.metric, .label] {
        for scheme in NameEscaping.allCases {
          let escaped = scheme.escape(input[...], of: kind)
          precondition(
            scheme == .allowUTF8 || input.isEmpty || kind.allows(escaped[...]), "a name that is not allowed came out")
          _ = scheme.unescape(input[...])
        }
        let text = String(decoding: input, as: UTF8.self)
        // A name that looks as if it was escaped stays, and is then taken for what it looks like.
        if kind.allows(input[...]) && text.utf8.starts(with: "U__".utf8) { continue }
        precondition(
          NameEscaping.values.unescape(NameEscaping.values.escape(text, of: kind)).utf8.elementsEqual(text.utf8),
          "a name was lost")
      }
    },
    FuzzTarget("proxy", seeds: { proxies.map { Array($0.utf8) } }) { input in
      guard let proxy = try? ProxyServer(String(decoding: input, as: UTF8.self)) else { return }
      precondition((1...65_535).contains(proxy.port) && !proxy.host.isEmpty)
      guard let again = try? ProxyServer(proxy.place) else { preconditionFailure("\(proxy.place) is no proxy") }
      precondition(again.host == proxy.host && again.port == proxy.port && again.kind == proxy.kind)
    },
    FuzzTarget("url", seeds: { urls.map { Array($0.utf8) } }) { input in
      let text = quoted(String(decoding: input, as: UTF8.self))
      let configuration = """
        scrape_configs:
          - {job_name: a, http_sd_configs: [{url: \(text)}], proxy_url: \(text)}
        remote_write: [{url: \(text), proxy_url: \(text), no_proxy: \(text)}]

        """
      let reader = ConfigurationReader(directory: "/", environment: { _ in nil }, files: NoFiles())
      let result = reader.read(text: configuration, path: "f")
      precondition(!result.findings.contains { $0.id == "GW101" }, "a text was not quoted")
    },
    FuzzTarget("web-configuration", seeds: { [Array(webConfiguration.utf8)] }) { input in
      let text = String(decoding: input, as: UTF8.self)
      let result = WebConfigFile.read(text: text, path: "f", directory: "/")
      precondition((result.settings == nil) != result.errors.isEmpty, "neither settings nor errors, or both")
    },
  ]

  private static let proxies = ["http://u:p%40@a:3128/x", "socks5://[::1]:1080", "HTTP://a", "https://a"]
  private static let urls = ["http://u:p@a:9090/api/v1/write?x=%20#y", "mailto:x", "//a/b", "https://[::1%25eth0]/"]

  /// In YAML's double quotes.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ":", "/", "@", "?", "#", "%", ".", "[", "]", "-", "&", "=":
        quoted.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  private static let webConfiguration = """
    tls_server_config: {cert_file: c.pem, key_file: k.pem, client_auth_type: NoClientCert, min_version: TLS12}
    http_server_config: {http2: true, headers: {X-Frame-Options: deny}}
    basic_auth_users: {u: $2y$10$abcdefghijklmnopqrstuuSVKfEJ5qDL2iNcdKqVJBSUgIBcKiCB6}
    rate_limit: {interval: 1s, burst: 5}

    """
}
