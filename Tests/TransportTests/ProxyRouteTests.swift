import Settings
import Testing
@testable import Transport

/// Where a request goes: a table of what is asked, what is configured and what the environment says.
@Suite struct ProxyRouteTests {
  private func route(
    _ url: String, _ settings: ProxySettings, _ environment: [String: String] = [:]
  ) throws -> ProxyRoute {
    try ProxyRoute(to: RequestAddress(url), settings: settings, environment: ProxyEnvironment { environment[$0] })
  }

  private func settings(_ choice: ProxySettings.Choice) -> ProxySettings {
    var settings = ProxySettings()
    settings.choice = choice
    return settings
  }

  @Test(
    "no_proxy: which servers are asked directly",
    arguments: [
      ("", "http://a.example", false), ("*", "http://a.example", true), ("x, * ,y", "http://a.example", true),
      ("a.example", "http://a.example", true), ("a.example", "http://A.Example:9090", true),
      ("a.example", "http://b.a.example", true), ("a.example", "http://ba.example", false),
      (".a.example", "http://b.a.example", true), (".a.example", "http://a.example", false),
      ("*.a.example", "http://b.a.example", true), ("*.a.example", "http://a.example", false),
      ("EXAMPLE", "http://a.example", true), (" b.example , a.example ", "https://a.example", true),
      ("a.example:80", "http://a.example", true), ("a.example:443", "https://a.example", true),
      ("a.example:8080", "http://a.example", false), ("a.example:8080", "http://b.a.example:8080", true),
      ("10.0.0.1", "http://10.0.0.1:9100", true), ("10.0.0.1", "http://10.0.0.2", false),
      ("10.0.0.1:9100", "http://10.0.0.1:9100", true), ("10.0.0.1:9100", "http://10.0.0.1:9101", false),
      ("10.0.0.0/8", "http://10.255.1.1", true), ("10.0.0.0/8", "http://11.0.0.1", false),
      ("10.1.2.64/26", "http://10.1.2.127", true), ("10.1.2.64/26", "http://10.1.2.128", false),
      ("0.0.0.0/0", "http://8.8.8.8", true), ("0.0.0.0/0", "http://a.example", false),
      ("2001:db8::/32", "http://[2001:db8:1::2]/", true), ("2001:db8::/32", "http://[2001:db9::2]/", false),
      ("2001:db8::1", "http://[2001:db8::1]:9100/", true), ("[2001:db8::1]:9100", "http://[2001:db8::1]:9100", true),
      ("[2001:db8::1]:9100", "http://[2001:db8::1]:9101", false),
      ("10.0.0.1", "http://[::ffff:10.0.0.1]/", true), ("10.0.0.0/33", "http://10.0.0.1", false),
      ("10.0.0.1/8/8, ,:80,", "http://10.0.0.1", false), ("x", "http://localhost:9090", true),
      ("x", "http://127.8.9.1", true), ("x", "http://[::1]:9090", true), ("x", "http://localhost.example", false),
    ])
  func exceptions(text: String, url: String, isDirect: Bool) throws {
    let server = try ProxyServer("http://p:3128")
    let route = try route(url, settings(.server(server, exceptions: text.isEmpty ? "other" : text)))
    #expect((route == .direct) == isDirect)
  }

  @Test("proxy_url alone leads everything through the proxy, this machine included; no proxy leads nothing there")
  func everything() throws {
    let server = try ProxyServer("http://p:3128")
    for url in ["http://localhost", "http://127.0.0.1", "http://a.example"] {
      #expect(try route(url, settings(.server(server, exceptions: ""))) == .forward(server))
      #expect(try route(url, settings(.none), ["HTTP_PROXY": "http://p"]) == .direct)
    }
    #expect(
      try route("https://a", settings(.server(server, exceptions: ""))) == .tunnel(server, connectHeaders: []))
    let socks = try ProxyServer("socks5://p")
    for url in ["http://a", "https://a"] {
      #expect(try route(url, settings(.server(socks, exceptions: ""))) == .socks(socks))
    }
  }

  @Test(
    "The environment: capital letters first, each scheme its own, no proxy for this machine",
    arguments: [
      (["HTTP_PROXY": "http://up:1", "http_proxy": "http://low:2"], "http://a", "http://up:1"),
      (["HTTP_PROXY": "", "http_proxy": "low:2"], "http://a", "http://low:2"),
      (["HTTP_PROXY": "up:1"], "https://a", nil), (["HTTPS_PROXY": "up:1"], "http://a", nil),
      (["HTTPS_PROXY": "socks5://up"], "https://a", "socks5://up:1080"),
      (["https_proxy": "u:p@up"], "https://a", "http://up:80"),
      (["HTTP_PROXY": "up:1"], "http://localhost", nil), (["HTTP_PROXY": "up:1"], "http://127.0.0.1:9100", nil),
      (["HTTP_PROXY": "up:1", "NO_PROXY": "b,a"], "http://a", nil),
      (["HTTP_PROXY": "up:1", "no_proxy": "b"], "http://a", "http://up:1"), ([:], "http://a", nil),
    ] as [([String: String], String, String?)])
  func environment(variables: [String: String], url: String, place: String?) throws {
    #expect(try route(url, settings(.environment), variables).server?.place == place)
  }

  @Test(
    "An environment that cannot be followed is an error that names the variable and quotes nothing",
    arguments: [
      (["HTTP_PROXY": "https://u:hunter2@p"], "HTTP_PROXY"), (["HTTP_PROXY": "http://"], "HTTP_PROXY"),
      (["HTTP_PROXY": "p", "REQUEST_METHOD": "GET"], "HTTP_PROXY"), (["HTTP_PROXY": "p:0"], "HTTP_PROXY"),
      (["HTTP_PROXY": "socks5://u:hunter2@p"], "HTTP_PROXY"), (["HTTP_PROXY": "gopher://p"], "HTTP_PROXY"),
    ])
  func unusable(variables: [String: String], name: String) throws {
    let error = try #require(throws: TransportError.self) {
      try self.route("http://a", self.settings(.environment), variables)
    }
    #expect(error.code == .proxy && error.place == name)
    #expect(!error.description.contains("hunter2"))
  }
}
