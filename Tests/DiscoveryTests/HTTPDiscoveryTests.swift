import MetricModel
import Settings
import Synchronization
import Testing
@testable import Discovery

@Suite("Targets from a server")
struct HTTPDiscoveryTests {
  private static func parse(_ body: [UInt8], _ name: String) -> Result<[TargetGroup], DiscoveryFailure> {
    let text = String(decoding: body, as: UTF8.self)
    if text == "bad" { return .failure(DiscoveryFailure("no list")) }
    return .success(text.split(separator: ",").map { TargetGroup(addresses: [String($0)], labels: LabelSet()) })
  }

  @Test("Each group has the URL as a label, without what must not be shown")
  func label() throws {
    let settings = HTTPDiscoverySettings(url: "http://u:hunter2@h/t?token=hunter2&a=b")
    let name = HTTPDiscovery.name(of: settings)
    #expect(name == "http://h/t?token=<secret>&a=b")
    let answer = DiscoveryAnswer(status: 200, contentType: "application/json", body: Array("a:1,b:2".utf8))
    let groups = try HTTPDiscovery.groups(from: answer, name: name, parse: Self.parse).get()
    #expect(groups.map(\.addresses) == [["a:1"], ["b:2"]])
    #expect(groups.allSatisfy { $0.labels["__meta_url"] == name })
  }

  @Test(
    "Anything but 200, JSON and a list is a failure",
    arguments: [
      (204, "application/json", "", "status 204"), (500, "application/json", "", "status 500"),
      (200, "text/plain", "", "content type is \"text/plain\""), (200, nil, "", "content type is missing"),
      (200, "application/json", "bad", "no list"),
    ] as [(Int, String?, String, String)])
  func failures(status: Int, type: String?, body: String, message: String) {
    let answer = DiscoveryAnswer(status: status, contentType: type, body: Array(body.utf8))
    let result = HTTPDiscovery.groups(from: answer, name: "http://h/", parse: Self.parse)
    #expect(throws: DiscoveryFailure.self) { try result.get() }
    if case .failure(let failure) = result { #expect(failure.message.contains(message)) }
  }

  @Test(
    "The content type is that of JSON, with or without its charset",
    arguments: [
      ("application/json", true), ("Application/JSON; charset=UTF-8", true),
      ("application/json;charset=\"utf-8\"", true),
      ("application/json; charset=latin1", false), ("application/jsonp", false), ("", false),
      ("application/json; a; b", false),
    ])
  func contentType(text: String, isJSON: Bool) { #expect(HTTPDiscovery.isJSON(text) == isJSON) }

  @Test(
    "The interval is told in seconds", arguments: [(60_000, "60"), (1_500, "1.5"), (250, "0.25")] as [(Int, String)])
  func headers(milliseconds: Int, text: String) {
    var settings = HTTPDiscoverySettings(url: "http://h/")
    settings.refreshInterval = .milliseconds(milliseconds)
    let headers = HTTPDiscovery.headers(settings)
    #expect(headers.first { $0.name == "X-Prometheus-Refresh-Interval-Seconds" }?.value == text)
    #expect(headers.contains { $0.name == "Accept" && $0.value == "application/json" })
  }

  @Test("It asks with the job's settings and the interval as timeout, and counts what failed")
  func asking() async {
    var settings = HTTPDiscoverySettings(url: "http://u:p@h/t")
    settings.http.followRedirects = false
    settings.refreshInterval = .seconds(7)
    let failures = Atomic(0)
    let ask = HTTPDiscovery.asker(
      settings,
      fetch: { url, http, _, timeout in
        #expect(url == "http://u:p@h/t" && !http.followRedirects && timeout == .seconds(7))
        return .failure(DiscoveryFailure("refused"))
      }, parse: Self.parse, noteFailure: { failures.add(1, ordering: .relaxed) })
    #expect(await ask("http://h/t") == .failure(DiscoveryFailure("refused")))
    #expect(failures.load(ordering: .relaxed) == 1)
  }
}
