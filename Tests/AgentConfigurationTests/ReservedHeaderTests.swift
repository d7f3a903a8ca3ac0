import AgentConfiguration
import Diagnostics
import Testing

@Suite("Headers that a configuration may not set")
struct ReservedHeaderTests {
  @Test(
    "S6 refuses every header of the protocol in any case",
    arguments: [
      "Content-Encoding", "content-type", "CONTENT-LENGTH", "X-Prometheus-Remote-Write-Version", "User-Agent", "Host",
      "connection", "Authorization",
    ])
  func refused(name: String) {
    let text = "remote_write: [{url: http://h, headers: {\(name): x}}]"
    let result = ConfigurationReader(directory: "/etc").read(text: text, path: "prometheus.yml")
    #expect(result.errors.count == 1)
    #expect(result.errors.first?.message.lowercased().contains(name.lowercased()) == true)
  }

  @Test("S6 lets others be set", arguments: ["X-Scope-OrgID", "Retry-Attempt-Note", "X-Prometheus"])
  func allowed(name: String) {
    let text = "remote_write: [{url: http://h, headers: {\(name): x}}]"
    #expect(ConfigurationReader(directory: "/etc").read(text: text, path: "prometheus.yml").errors.isEmpty)
  }
}
