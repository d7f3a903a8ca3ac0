import AgentConfiguration
import Discovery
import MetricModel
import Settings

extension FuzzTarget {
  /// What those answer that are asked for targets.
  static let answers = [
    FuzzTarget("dns-answer", seeds: { dnsAnswers }) { input in
      guard let answer = try? DNSAnswer(input) else { return }
      for record in answer.records {
        switch record {
        case .address(let text):
          precondition(text.utf8.allSatisfy { $0 == 0x2e || (0x30...0x3a).contains($0) || (0x61...0x66).contains($0) })
        case .service(let name, _), .mailExchange(let name), .nameServer(let name):
          // An escaped byte takes four, and a name has 255 at most.
          precondition(name.hasSuffix(".") && name.utf8.count <= 4 * 255, "a name that is none")
          precondition(name.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "a byte that was not escaped")
        }
      }
    },
    // Up to the first line's end the content type, behind it the body.
    FuzzTarget("http-sd-answer", seeds: { [Array("application/json; charset=utf-8\n\(targets)".utf8)] }) { input in
      let head = input.prefix { $0 != 0x0a }
      let answer = DiscoveryAnswer(
        status: 200, contentType: String(decoding: head, as: UTF8.self), body: Array(input.dropFirst(head.count + 1)))
      let found = HTTPDiscovery.groups(from: answer, name: "http://a/") { body, name in
        let result = TargetFile.read(text: String(decoding: body, as: UTF8.self), path: name, isJSON: true)
        return result.groups.map { .success($0) } ?? .failure(DiscoveryFailure("\(result.errors)"))
      }
      for group in (try? found.get()) ?? [] { precondition(group.labels["__meta_url"] == "http://a/") }
    },
  ]

  private static let targets = #"[{"targets": ["a:1", "b:2"], "labels": {"c": "\ud83d\ude00"}}]"#

  /// Three answers: to a question, with a name that goes on where another one was; of every type; and cut short.
  private static let dnsAnswers: [[UInt8]] = {
    let question: [UInt8] = [1, 0x61, 2, 0x62, 0x63, 0, 0, 33, 0, 1]
    func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
      [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
    }
    func answer(_ count: UInt8, _ records: [UInt8], flags: UInt8 = 0x80) -> [UInt8] {
      [0, 7, flags, 0x80, 0, 1, 0, count, 0, 0, 0, 0] + question + records
    }
    let service = record(33, [0, 1, 0, 2, 0x23, 0x8c, 1, 0x78, 0xc0, 12])
    let others =
      record(1, [192, 0, 2, 7]) + record(28, [0x20, 1] + [UInt8](repeating: 0, count: 13) + [1])
      + record(15, [0, 10, 1, 0x6d, 0xc0, 14]) + record(2, [0xc0, 12])
    return [answer(1, service), answer(5, service + others), answer(9, service, flags: 0x82)]
  }()
}
