import GodwitTesting
import Settings
import Testing
@testable import Discovery

/// Builds the bytes of a message, names without compression unless said otherwise.
struct DNSMessage {
  var bytes: [UInt8]
  private var answers: UInt16 = 0

  init(question: [UInt8] = [], code: UInt8 = 0, flags: UInt8 = 0x80) {
    // It can recurse: an empty answer of a server that cannot is taken for that of one that has been left.
    bytes = [0, 7, flags, 0x80 | code, 0, question.isEmpty ? 0 : 1, 0, 0, 0, 0, 0, 0] + question
  }

  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  mutating func add(_ type: DNSRecordType, _ data: [UInt8], owner: [UInt8] = [0]) {
    add(number: type.number, data, owner: owner)
  }

  mutating func add(number: UInt16, _ data: [UInt8], owner: [UInt8] = [0], recordClass: UInt8 = 1) {
    bytes += owner + [UInt8(number >> 8), UInt8(number & 255), 0, recordClass, 0, 0, 0, 60]
    bytes += [UInt8(data.count >> 8), UInt8(data.count & 255)] + data
    answers += 1
    (bytes[6], bytes[7]) = (UInt8(answers >> 8), UInt8(answers & 255))
  }

  static func service(_ target: String, _ port: UInt16) -> [UInt8] {
    [0, 1, 0, 2, UInt8(port >> 8), UInt8(port & 255)] + name(target)
  }
}

@Suite("Answers of DNS servers")
struct DNSAnswerTests {
  @Test("Every type that discovery asks for is read, in the order of the message; others are left out")
  func types() throws {
    let question = DNSMessage.name("_m._tcp.example.com") + [0, 33, 0, 1]
    var message = DNSMessage(question: question)
    message.add(.srv, DNSMessage.service("a.example.com", 9100), owner: [0xc0, 12])
    message.add(.a, [192, 0, 2, 7])
    message.add(number: 5, DNSMessage.name("alias.example.com"))
    message.add(.aaaa, [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])
    message.add(.mx, [0, 10] + DNSMessage.name("mail.example.com"))
    message.add(.ns, DNSMessage.name("ns.example.com"))
    message.add(number: 1, [1, 2, 3, 4], recordClass: 3)
    let answer = try DNSAnswer(message.bytes)
    #expect(answer.code == 0 && !answer.isTruncated)
    #expect(
      answer.records == [
        .service(target: "a.example.com.", port: 9100), .address("192.0.2.7"), .address("2001:db8::1"),
        .mailExchange("mail.example.com."), .nameServer("ns.example.com."),
      ])
  }

  @Test("A name may go on where another one was")
  func compression() throws {
    var message = DNSMessage(question: DNSMessage.name("example.com") + [0, 2, 0, 1])
    message.add(.ns, [2] + Array("n1".utf8) + [0xc0, 12])
    message.add(.ns, [2] + Array("n2".utf8) + [0xc0, 20])
    #expect(try DNSAnswer(message.bytes).records == [.nameServer("n1.example.com."), .nameServer("n2.com.")])
  }

  @Test(
    "A pointer that leads to itself, forward or in a circle is refused",
    arguments: [[0xc0, 23], [0xc0, 60], [0xc0, 24], [1, 97, 0xc0, 23], [0x40, 0], [0x80, 0]] as [[UInt8]])
  func loops(data: [UInt8]) {
    var message = DNSMessage()
    message.add(.ns, data)
    #expect(message.bytes.count == 23 + data.count)
    #expect(throws: DNSAnswerError.self) { try DNSAnswer(message.bytes) }
  }

  @Test("A name of more than 255 bytes is refused, however it is put together")
  func longName() {
    let label = [UInt8(63)] + [UInt8](repeating: 97, count: 63)
    var message = DNSMessage()
    message.add(.ns, label + label + label + [0])
    #expect(throws: Never.self) { try DNSAnswer(message.bytes) }
    message.add(.ns, label + [0xc0, 23])
    #expect(throws: DNSAnswerError.malformed) { try DNSAnswer(message.bytes) }
  }

  @Test("Codes and truncation are told; a question is no answer")
  func header() throws {
    #expect(try DNSAnswer(DNSMessage(code: 3).bytes).code == 3)
    #expect(try DNSAnswer(DNSMessage(flags: 0x82).bytes).isTruncated)
    #expect(throws: DNSAnswerError.notAnAnswer) { try DNSAnswer(DNSMessage(flags: 0).bytes) }
    #expect(throws: DNSAnswerError.cutShort) { try DNSAnswer([]) }
  }

  @Test("A record whose length is not that of its content is refused")
  func lengths() {
    for (type, data) in [(.a, [1, 2, 3]), (.aaaa, [1]), (.srv, [0, 1, 0, 2, 0, 9, 0, 0])] as [(DNSRecordType, [UInt8])]
    {
      var message = DNSMessage()
      message.add(type, data)
      #expect(throws: DNSAnswerError.malformed) { try DNSAnswer(message.bytes) }
    }
  }

  @Test("What is odd in a label is escaped, so that a dot in it is not taken for the end of it")
  func escapes() throws {
    var message = DNSMessage()
    message.add(.ns, [5] + Array("a.\\b".utf8) + [7, 0])
    #expect(try DNSAnswer(message.bytes).records == [.nameServer(#"a\.\\b\007."#)])
    message = DNSMessage()
    message.add(.ns, [0])
    #expect(try DNSAnswer(message.bytes).records == [.nameServer(".")])
  }

  @Test(
    "IPv6 addresses are written in their shortest form",
    arguments: [
      ([0, 0, 0, 0, 0, 0, 0, 0], "::"), ([0, 0, 0, 0, 0, 0, 0, 1], "::1"), ([1, 0, 0, 0, 0, 0, 0, 0], "1::"),
      ([1, 0, 0, 2, 0, 0, 0, 3], "1:0:0:2::3"), ([1, 0, 2, 3, 4, 5, 6, 7], "1:0:2:3:4:5:6:7"),
      ([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], "2001:db8::1:0:0:1"), ([0, 0, 0, 0, 0, 0xffff, 0x0102, 0x0304], "1.2.3.4"),
      ([0, 0, 0, 0, 0, 0, 0x0102, 0x0304], "::102:304"),
    ] as [([UInt16], String)])
  func ipv6(words: [UInt16], text: String) {
    #expect(DNSAddress.text6(words.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }[...]) == text)
  }

  @Test("Nothing that a server may send makes the reader trap or linger", arguments: SeededRandom.seeds)
  func hostile(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var message = DNSMessage(question: DNSMessage.name("_m._tcp.example.com") + [0, 33, 0, 1])
    message.add(.srv, DNSMessage.service("a.example.com", 9100), owner: [0xc0, 12])
    message.add(.mx, [0, 10, 4] + Array("mail".utf8) + [0xc0, 20])
    message.add(.aaaa, [UInt8](repeating: 9, count: 16))
    for count in message.bytes.indices { _ = try? DNSAnswer(Array(message.bytes[..<count])) }
    for _ in 0..<20_000 {
      var bytes = message.bytes
      for _ in 0...Int.random(in: 0..<6, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if random.oneIn(4) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      if random.oneIn(8) { bytes += bytes }
      if let answer = try? DNSAnswer(bytes) { #expect(answer.records.count <= bytes.count / 11) }
    }
  }

  @Test("The longest chain of pointers that fits a message is read in reasonable time")
  func longestChain() {
    // A record of no interest, whose data begin at 23 with the root; each name is a pointer to the one before it.
    var chain: [UInt8] = [0]
    for index in 0..<8000 { chain += pointer(to: index == 0 ? 23 : 24 + 2 * (index - 1)) }
    var message = DNSMessage()
    message.add(number: 16, chain)
    for _ in 0..<50 { message.add(.ns, pointer(to: 24 + 2 * 7999)) }
    let took = ContinuousClock().measure {
      #expect((try? DNSAnswer(message.bytes))?.records == Array(repeating: .nameServer("."), count: 50))
    }
    #expect(took < .seconds(5))
  }

  private func pointer(to place: Int) -> [UInt8] { [0xc0 | UInt8(place >> 8 & 0x3f), UInt8(place & 255)] }
}
