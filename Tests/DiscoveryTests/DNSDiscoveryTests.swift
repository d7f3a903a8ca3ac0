import MetricModel
import Settings
import Testing
@testable import Discovery

@Suite("What names stand for")
struct DNSDiscoveryTests {
  @Test(
    "Search domains come after a name with enough dots and before one with fewer",
    arguments: [
      ("a", ["a.x.", "a.y.z.", "a."]), ("a.b", ["a.b.", "a.b.x.", "a.b.y.z."]), ("a.", ["a."]), ("a.b.", ["a.b."]),
    ])
  func search(name: String, names: [String]) {
    #expect(DNSSearch.names(for: name, domains: ["x", "y.z."], dots: 1) == names)
  }

  @Test("The root as a search domain adds nothing")
  func rootDomain() { #expect(DNSSearch.names(for: "a", domains: ["."], dots: 2) == ["a.", "a."]) }

  @Test("Records become addresses without the final dot and labels with it")
  func groups() {
    func groups(_ records: DNSRecord...) -> [TargetGroup] {
      DNSDiscovery.groups(from: records, name: "n.example", port: 80)
    }
    #expect(
      groups(.address("192.0.2.1"), .address("2001:db8::1")) == [
        TargetGroup(
          addresses: ["192.0.2.1:80", "[2001:db8::1]:80"], labels: LabelSet(["__meta_dns_name": "n.example"]))
      ])
    #expect(
      groups(.service(target: "a.example.", port: 9100), .service(target: ".", port: 0)) == [
        TargetGroup(
          addresses: ["a.example:9100"],
          labels: LabelSet([
            "__meta_dns_name": "n.example", "__meta_dns_srv_record_target": "a.example.",
            "__meta_dns_srv_record_port": "9100",
          ]))
      ])
    #expect(
      groups(.mailExchange("m.example."), .nameServer("n.example.")).map(\.labels) == [
        LabelSet(["__meta_dns_name": "n.example", "__meta_dns_mx_record_target": "m.example."]),
        LabelSet(["__meta_dns_name": "n.example", "__meta_dns_ns_record_target": "n.example."]),
      ])
    #expect(groups() == [])
  }

  @Test(
    "The first name that exists decides; a name that exists nowhere has no records; doubt is a failure",
    arguments: [
      ([0], "1"), ([3, 0], "2"), ([2, 0], "2"), ([3, 3], "none"), ([3, 2], "failure"), ([2, 3], "failure"),
      ([-1, 3], "failure"),
    ])
  func verdict(codes: [Int], outcome: String) {
    var asked = 0
    let names = codes.indices.map { "\($0 + 1)." }
    let result = DNSVerdict.records(of: "n", tried: names) { name throws(DiscoveryFailure) in
      defer { asked += 1 }
      guard codes[asked] >= 0 else { throw DiscoveryFailure("no server answered in time") }
      var message = DNSMessage(code: UInt8(codes[asked]))
      message.add(.a, [1, 1, 1, UInt8(asked + 1)])
      do { return try DNSAnswer(message.bytes) } catch { throw DiscoveryFailure("\(error)") }
    }
    switch result {
    case .success(let records): #expect(records == (outcome == "none" ? [] : [.address("1.1.1.\(outcome)")]))
    case .failure: #expect(outcome == "failure")
    }
  }
}
