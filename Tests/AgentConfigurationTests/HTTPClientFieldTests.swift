import AgentConfiguration
import Diagnostics
import Settings
import Testing

@Suite("Proxies, headers and round robin: what the file says lands in the settings")
struct HTTPClientFieldTests {
  private func scrape(_ fields: String) throws -> HTTPClientSettings {
    let result = read("scrape_configs: [{job_name: a, \(fields)}]")
    #expect(result.findings.isEmpty, "\(result.findings.text)")
    return try #require(result.settings?.scrapes.first?.http)
  }

  @Test(
    "proxy_url",
    arguments: [
      ("http://p", "http://p:80"), ("HTTP://u:p@P.example:3128/x?y", "http://P.example:3128"),
      ("socks5://p", "socks5://p:1080"), ("socks5h://p:1", "socks5://p:1"), ("http://[::1]:8080", "http://[::1]:8080"),
    ])
  func proxy(url: String, place: String) throws {
    let settings = try scrape("proxy_url: '\(url)', no_proxy: 'a, b'")
    guard case .server(let server, "a, b") = settings.proxy.choice else {
      Issue.record("\(settings.proxy)")
      return
    }
    #expect(server.place == place)
  }

  @Test("The password of a proxy is decoded and not printed")
  func password() throws {
    for (userInfo, expected) in [("u:hunter2%40", "u:hunter2@"), ("u", "u:"), ("u:", "u:"), ("a%3Ab:c", "a:b:c")] {
      let settings = try scrape("proxy_url: 'http://\(userInfo)@p'")
      guard case .server(let server, "") = settings.proxy.choice else {
        Issue.record("\(settings.proxy)")
        return
      }
      #expect(server.credentials == .inline(expected))
      #expect(!"\(settings)".contains("hunter2"))
    }
  }

  @Test("proxy_from_environment, and headers for the proxy in the order of the file")
  func environment() throws {
    let settings = try scrape("proxy_from_environment: true, proxy_connect_header: {X-B: [1, 2], X-A: [3], X-C: []}")
    #expect(settings.proxy.choice == .environment)
    #expect(settings.proxy.connectHeaders == [header("X-B", "1"), header("X-B", "2"), header("X-A", "3")])
    #expect(try scrape("follow_redirects: true").proxy == ProxySettings())
  }

  @Test("http_headers: values, secrets and files, each a line of its own")
  func headers() throws {
    let settings = try scrape(
      "http_headers: {X-B: {files: [f, /g], values: [v, w], secrets: [s]}, X-A: {values: ['']}}")
    #expect(
      settings.headers == [
        header("X-B", "v"), header("X-B", "w"), header("X-B", "s"),
        ConfiguredHeader(name: "X-B", value: .file("/etc/p/f")), ConfiguredHeader(name: "X-B", value: .file("/g")),
        header("X-A", ""),
      ])
  }

  @Test("round_robin_dns belongs to remote_write", arguments: [true, false])
  func roundRobin(isOn: Bool) throws {
    let result = read("remote_write: [{url: http://h, round_robin_dns: \(isOn), proxy_url: http://p}]")
    #expect(result.findings.isEmpty, "\(result.findings.text)")
    let http = try #require(result.settings?.endpoints.first?.http)
    #expect(http.resolvesRoundRobin == isOn)
    #expect(http.proxy.choice != .none)
  }

  private func header(_ name: String, _ value: String) -> ConfiguredHeader {
    ConfiguredHeader(name: name, value: .inline(value))
  }
}
