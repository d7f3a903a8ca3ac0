import MetricModel
import Testing

@testable import Agent

@Suite("What targets say about their metrics, and the names of jobs")
struct MetadataPageTests {
  private static let families: [(name: String, metadata: MetricMetadata)] = [
    ("b", MetricMetadata(type: .gauge, help: "B.")), ("a", MetricMetadata(type: .counter, help: "A.", unit: "s")),
    ("b", MetricMetadata(type: .gauge, help: "B.")), ("b", MetricMetadata(type: .gauge, help: "Other.")),
  ]

  private func page(_ parameters: [String: String]) throws -> String {
    StatusPages.metadata(try MetadataQuestion { parameters[$0] }, Self.families)
  }

  @Test("Metrics come by name, each word about one once; bounds and a name narrow it")
  func page() throws {
    let a = #""a":[{"type":"counter","help":"A.","unit":"s"}]"#
    let (b, other) = (#"{"type":"gauge","help":"B.","unit":""}"#, #"{"type":"gauge","help":"Other.","unit":""}"#)
    func success(_ data: String) -> String { #"{"status":"success","data":{"# + data + "}}" }
    #expect(try page([:]) == success(a + #","b":["# + b + "," + other + "]"))
    #expect(try page(["limit_per_metric": "1"]) == success(a + #","b":["# + b + "]"))
    #expect(try page(["limit": "1"]) == success(a))
    #expect(try page(["metric": "b", "limit_per_metric": "0"]) == success(#""b":["# + b + "," + other + "]"))
    #expect(try page(["metric": "none"]) == success(""))
  }

  @Test("A bound that is no number is refused", arguments: ["limit", "limit_per_metric"])
  func refused(name: String) { #expect(throws: MetadataQuestion.Refused.self) { try page([name: "x"]) } }

  @Test("Pools are named")
  func pools() {
    #expect(StatusPages.pools(["a", "b\""]) == #"{"status":"success","data":{"scrapePools":["a","b\""]}}"#)
  }
}
