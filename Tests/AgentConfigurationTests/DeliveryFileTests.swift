import AgentConfiguration
import Diagnostics
import MetricModel
import Settings
import Testing

@Suite("The file of --godwit.config")
struct DeliveryFileTests {
  static let endpoints = ["mimir", "thanos"].map { EndpointSettings(name: $0, url: "http://\($0)/api/v1/write") }

  private func read(_ text: String) -> DeliveryFile.Result {
    DeliveryFile.read(text: text, path: "godwit.yml", endpoints: Self.endpoints)
  }

  @Test("What it says reaches the endpoint of that name, and the others keep their defaults")
  func everything() throws {
    let result = read(
      """
      endpoints:
        - name: thanos
          backlog:
            max_bytes: 2GB
            max_age: 6h
            at_cap: refuse-new
          split_rejected: true
          fresh_first: true
          quarantine_max_bytes: 1MB
          rw1_escaping: values
      """)
    let endpoints = try #require(result.endpoints, "\(result.errors.text)")
    #expect(endpoints.map(\.name) == ["mimir", "thanos"])
    #expect(endpoints[0] == Self.endpoints[0])
    let delivery = endpoints[1].delivery
    #expect(delivery.backlog.bytesMax == 2 << 30 && delivery.backlog.ageMax == .seconds(6 * 3600))
    #expect(delivery.backlog.atCap == .refuseNew)
    #expect(delivery.rw1Escaping == .values)
    #expect(delivery.splitRejected && delivery.freshFirst && delivery.quarantineBytesMax == 1 << 20)
  }

  @Test(
    "Nothing said is nothing changed", arguments: ["", "endpoints: []", "endpoints:", "endpoints: [{name: mimir}]"])
  func nothing(text: String) {
    #expect(read(text).endpoints == Self.endpoints)
  }

  @Test("A bound of 0 is none, and the least is 16 MB", arguments: [("0", 0), ("16MB", 16 << 20), ("1GiB", 1 << 30)])
  func sizes(text: String, bytes: UInt64) throws {
    let result = read("endpoints: [{name: mimir, backlog: {max_bytes: \(text)}}]")
    let first = try #require(result.endpoints?.first, "\(result.errors.text)")
    #expect(first.delivery.backlog.bytesMax == bytes)
  }

  static let refused = [
    RefusedCase("GW101", "endpoints:\n- name: a\n▸\t- name: b", "found a tab"),
    RefusedCase("GW102", "▸endpoint: []", "not found", fix: "did you mean `endpoints`?"),
    RefusedCase(
      "GW102", "endpoints: [{name: mimir, ▸split_rejectd: true}]", "not found in endpoints",
      fix: "did you mean `split_rejected`?"),
    RefusedCase(
      "GW102", "endpoints: [{name: mimir, backlog: {▸max_byte: 1GB}}]", "not found in backlog",
      fix: "did you mean `max_bytes`?"),
    RefusedCase("GW103", "endpoints: [{name: mimir, ▸name: mimir}]", "already set"),
    RefusedCase("GW104", "▸[]", "cannot unmarshal a list"),
    RefusedCase("GW104", "endpoints: ▸{name: mimir}", "cannot unmarshal a mapping into endpoints"),
    RefusedCase("GW104", "endpoints: [{name: mimir, ▸backlog: 2GB}]", "cannot unmarshal !!str"),
    RefusedCase("GW104", "endpoints: [{name: mimir, fresh_first: ▸1}]", "cannot unmarshal !!int `1` into fresh_first"),
    RefusedCase("GW105", "endpoints: [{name: mimir, backlog: {max_bytes: ▸2000}}]", "missing unit"),
    RefusedCase("GW105", "endpoints: [{name: mimir, backlog: {max_bytes: ▸8MB}}]", "must be 0 or at least 16MB"),
    RefusedCase("GW105", "endpoints: [{name: mimir, backlog: {max_bytes: ▸-1GB}}]", "must be 0 or at least 16MB"),
    RefusedCase("GW105", "endpoints: [{name: mimir, rw1_escaping: ▸allow-utf-8}]", "is not \"allow-utf-8\""),
    RefusedCase(
      "GW105", "endpoints: [{name: mimir, rw1_escaping: ▸dot}]", "is not \"dot\"", fix: "did you mean `dots`?"),
    RefusedCase("GW105", "endpoints: [{name: mimir, quarantine_max_bytes: ▸-1GB}]", "cannot be negative"),
    RefusedCase("GW105", "endpoints: [{name: mimir, backlog: {max_age: ▸6}}]", "not a valid duration"),
    RefusedCase(
      "GW105", "endpoints: [{name: mimir, backlog: {max_bytes: 1GB, at_cap: ▸drop_oldest}}]", "at_cap is not",
      fix: "did you mean `drop-oldest`?"),
    RefusedCase(
      "GW105", "endpoints: [{name: mimir, backlog: {max_bytes: 1GB, at_cap: ▸wait}}]", "at_cap is not",
      fix: "write drop-oldest or refuse-new"),
    RefusedCase(
      "GW105", "endpoints: [{name: ▸mimri}]", "no endpoint called \"mimri\"", fix: "did you mean `mimir`?"),
    RefusedCase(
      "GW105", "endpoints: [{name: ▸grafana-cloud}]", "no endpoint called", fix: "its names are mimir, thanos"),
    RefusedCase("GW106", "endpoints: [▸{split_rejected: true}]", "has no name"),
    RefusedCase("GW106", "endpoints: [{name: ▸''}]", "has no name"),
    RefusedCase("GW106", "endpoints:\n▸-\n", "empty entry of endpoints"),
    RefusedCase(
      "GW107", "endpoints: [{name: mimir, backlog: {▸at_cap: refuse-new}}]", "there is none",
      fix: "set max_bytes or remove at_cap"),
    RefusedCase("GW107", "endpoints: [{name: mimir, backlog: {max_bytes: 0, ▸at_cap: drop-oldest}}]", "there is none"),
    RefusedCase(
      "GW109", "endpoints:\n- name: mimir\n- name: ▸mimir", "named twice",
      fix: "put what both say into the entry in line 2"),
  ]

  @Test("One mistake, one finding, at its place", arguments: refused)
  func refusal(_ refused: RefusedCase) {
    let marked = MarkedText(refused.marked)
    let result = read(marked.text)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
    #expect(result.errors.first?.id == refused.id)
    #expect(result.errors.first?.message.contains(refused.message) == true, "\(result.errors.text)")
    if !refused.fix.isEmpty { #expect(result.errors.first?.fix == refused.fix) }
    #expect(result.endpoints == nil)
  }

  @Test("All mistakes of the file come at once, in its order")
  func severalAtOnce() {
    let marked = MarkedText(
      """
      endpoints:
      - name: ▸nobody
        backlog: {max_bytes: ▸1KB, ▸foo: 1}
      - ▸split_rejected: true
      ▸endpoint: []
      """)
    let result = read(marked.text)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
  }
}
