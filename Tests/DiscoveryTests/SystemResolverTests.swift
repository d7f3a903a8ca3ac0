import MetricModel
import Settings
import Testing
@testable import Discovery

@Suite("Lookups over the network", .timeLimit(.minutes(1)))
struct SystemResolverTests {
  private func lookUp(
    _ name: String, _ type: DNSRecordType, _ answer: @escaping LoopbackNameServer.Answer
  ) async throws -> (result: Result<[DNSRecord], DiscoveryFailure>, questions: (udp: Int, tcp: Int)) {
    let server = try LoopbackNameServer(answer)
    defer { server.stop() }
    let resolver = SystemResolver(server: .init(address: "127.0.0.1", port: server.port))
    return (await resolver.records(of: name, type: type), server.questions)
  }

  @Test("Each type is asked for by its number and read", arguments: DNSRecordType.allCases)
  func types(type: DNSRecordType) async throws {
    let data: [DNSRecordType: [UInt8]] = [
      .srv: DNSMessage.service("a.example", 9100), .a: [192, 0, 2, 1], .aaaa: [UInt8](repeating: 0, count: 15) + [1],
      .mx: [0, 1] + DNSMessage.name("a.example"), .ns: DNSMessage.name("a.example"),
    ]
    let records: [DNSRecordType: DNSRecord] = [
      .srv: .service(target: "a.example.", port: 9100), .a: .address("192.0.2.1"), .aaaa: .address("::1"),
      .mx: .mailExchange("a.example."), .ns: .nameServer("a.example."),
    ]
    let (result, _) = try await lookUp("_m._tcp.example.", type) { name, number, _ in
      guard name == "_m._tcp.example", number == type.number else { return DNSMessage(code: 3) }
      var message = DNSMessage()
      message.add(type, data[type] ?? [])
      return message
    }
    #expect(try result.get() == [#require(records[type])])
  }

  @Test("An answer that is cut short is asked for again over TCP")
  func truncated() async throws {
    let (result, questions) = try await lookUp("many.example.", .a) { _, _, overTCP in
      guard overTCP else { return DNSMessage(flags: 0x82) }
      var message = DNSMessage()
      for index in 0..<1000 { message.add(.a, [10, 0, UInt8(index >> 8), UInt8(index & 255)]) }
      return message
    }
    #expect(try result.get().count == 1000)
    #expect(questions.udp == 1 && questions.tcp == 1)
  }

  @Test("A name that does not exist has no records; a server that fails or is silent is a failure")
  func absence() async throws {
    #expect(try await lookUp("gone.example.", .a) { _, _, _ in DNSMessage(code: 3) }.result == .success([]))
    #expect(try await lookUp("empty.example.", .a) { _, _, _ in DNSMessage() }.result == .success([]))
    for answer in [{ DNSMessage(code: 2) }, { nil }] as [@Sendable () -> DNSMessage?] {
      let (result, _) = try await lookUp("broken.example.", .a) { _, _, _ in answer() }
      #expect(throws: DiscoveryFailure.self) { try result.get() }
    }
  }

  @Test("What cannot be asked for is a failure", arguments: [String(repeating: "a", count: 64) + ".", "a..b."])
  func impossible(name: String) async throws {
    let (result, _) = try await lookUp(name, .a) { _, _, _ in DNSMessage() }
    #expect(throws: DiscoveryFailure.self) { try result.get() }
  }

  @Test("Names become targets, a name that fails keeps its own")
  func targets() async throws {
    let server = try LoopbackNameServer { name, _, _ in
      guard name == "good.example" else { return DNSMessage(code: 2) }
      var message = DNSMessage()
      message.add(.a, [192, 0, 2, 1])
      return message
    }
    defer { server.stop() }
    var settings = DNSDiscoverySettings(names: ["good.example.", "bad.example."])
    settings.type = .a
    settings.port = 9100
    let ask = DNSDiscovery.asker(
      settings, lookup: SystemResolver(server: .init(address: "127.0.0.1", port: server.port)), noteLookup: { _ in })
    let source = PeriodicDiscovery(
      parts: settings.names, interval: settings.refreshInterval, ask: ask, report: { _ in })
    var updates = source.updates().makeAsyncIterator()
    let labels = LabelSet(["__meta_dns_name": "good.example."])
    #expect(await updates.next() == ["good.example.": [TargetGroup(addresses: ["192.0.2.1:9100"], labels: labels)]])
  }
}
