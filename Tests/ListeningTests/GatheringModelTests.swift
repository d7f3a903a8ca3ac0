import Foundation
import GodwitTesting
import HTTPTypes
import Listening
import Testing

/// Whatever comes over a connection is answered as if nothing were gathered.
@Suite("Requests that are gathered, beside the way of all requests")
struct GatheringModelTests {
  private static func push(_ body: String, _ headers: [String] = [], path: String = "/gathered") -> String {
    let lines = (["Host: test", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n")
    return "POST \(path) HTTP/1.1\r\n\(lines)\r\n\r\n\(body)"
  }

  /// The answers so far, each with its headers in an order of their own and without its date.
  private static func answers(_ text: String) -> [String] {
    var rest = Array(text.utf8)[...]
    var answers: [String] = []
    while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
      let head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
      var lines = head.components(separatedBy: "\r\n").map { $0.lowercased() }.filter { !$0.hasPrefix("date:") }
      lines[1...].sort()
      let length = lines.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
      guard rest.endIndex - end.upperBound >= length else { break }
      let body = rest[end.upperBound..<end.upperBound + length]
      answers.append(lines.joined(separator: "\n") + "\n\n" + String(decoding: body, as: UTF8.self))
      rest = rest[(end.upperBound + length)...]
    }
    return answers
  }

  /// Sends the pieces, each when the one before has gone out, and waits for so many answers or the end.
  private func exchange(
    _ pieces: [String], wanted count: Int, gathers: Bool, ends: Bool
  ) async throws -> (answers: [String], isClosed: Bool) {
    let listener = WebListener(ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)]), logger: .quiet)
    let address = try await listener.start(CountingResponder(), gathering: gathers ? Gathering(CountingRoute()) : nil)
    let connection = try await RawConnection.open(address)
    for piece in pieces { await connection.send(piece) }
    _ = await eventually {
      connection.isClosed || (!ends && Self.answers(connection.text).count == count)
    }
    let result = (Self.answers(connection.text), connection.isClosed)
    await listener.stop()
    return result
  }

  private func expectSame(_ pieces: [String], wanted count: Int, ends: Bool, _ note: String) async throws {
    let gathered = try await exchange(pieces, wanted: count, gathers: true, ends: ends)
    let others = try await exchange(pieces, wanted: count, gathers: false, ends: ends)
    #expect(gathered.answers == others.answers, "\(note)")
    #expect(gathered.answers.count == count && gathered.isClosed == others.isClosed, "\(note)")
  }

  private static func pieces(of text: String, cutAt cuts: [Int]) -> [String] {
    let bytes = Array(text.utf8)
    let places = [0] + cuts.sorted() + [bytes.count]
    return zip(places, places.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
  }

  @Test("Two pushes and a page are answered wherever they are cut")
  func everyCut() async throws {
    let page = "GET /c HTTP/1.1\r\nHost: test\r\n\r\n"
    let text = Self.push("abc", ["X-Name: a"]) + Self.push("de", ["X-Name: a"]) + page
    let listener = WebListener(ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)]), logger: .quiet)
    let address = try await listener.start(CountingResponder(), gathering: Gathering(CountingRoute()))
    for cut in 1..<text.utf8.count {
      let connection = try await RawConnection.open(address)
      for piece in Self.pieces(of: text, cutAt: [cut]) { await connection.send(piece) }
      #expect(await eventually { Self.answers(connection.text).count == 3 }, "cut at \(cut): \(connection.text)")
      let bodies = Self.answers(connection.text).map { $0.components(separatedBy: "\n\n").last }
      #expect(bodies == ["gathered a 3\n", "gathered a 2\n", "GET /c 0\n"], "cut at \(cut)")
      await connection.close()
    }
    await listener.stop()
  }

  @Test("What arrives while a connection is handed on comes behind what was read before")
  func handedOn() async throws {
    let listener = WebListener(ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)]), logger: .quiet)
    let address = try await listener.start(CountingResponder(), gathering: Gathering(CountingRoute()))
    let pieces = [Self.push("abc") + "GET /c HT", "TP/1.1\r\nHo", "st: test\r\n\r\n"]
    for round in 0..<600 {
      let connection = try await RawConnection.open(address)
      for piece in pieces { await connection.send(piece) }
      await eventually { connection.isClosed || Self.answers(connection.text).count == 2 }
      #expect(connection.status == 200, "round \(round): \(connection.text)")
      await connection.close()
    }
    await listener.stop()
  }

  /// Requests after which the connection goes on.
  private static func good(_ number: Int, _ random: inout SeededRandom) -> String {
    let body = String(repeating: "b", count: .random(in: 0...1200, using: &random))
    return switch Int.random(in: 0..<16, using: &random) {
    case 0: "GET /\(number) HTTP/1.1\r\nHost: test\r\n\r\n"
    case 1: push(body, path: "/\(number)")
    case 2: push(body, path: "/gathered?a=b")
    case 3:
      "POST /gathered HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    case 4: push(body, ["X-Name: \(number)", "Connection: keep-alive"])
    case 5: "POST /gathered HTTP/1.1\r\nhost: test\r\ncontent-length:2\r\nX-NAME:  two spaces\r\n\r\nab"
    case 6: "POST /gathered HTTP/1.1\r\nHost: test\r\nX-Name: a\t\r\nContent-Length: 002\r\n\r\nab"
    case 7: push(body, ["X-Long: \(String(repeating: "l", count: .random(in: 3000...5000, using: &random)))"])
    case 8: push(body, ["X-Name: \(number)", "X-Other: caf\u{e9}"])
    default: push(body, ["X-Name: same"])
    }
  }

  /// Requests that the connection ends with.
  private static let last = [
    push("abc", ["Connection: close"]), push(String(repeating: "b", count: 1500), ["Connection: Close"]),
    push("abc", ["X-A: 1", " folded"]), push("abc", ["X-A : 1"]), push("abc", ["Content-Length: 3"]),
    push("abc", ["Content-Length: 4"]), push("abc", ["X-A: \0"]), push("abc", ["X-A: \u{1}"]),
    push("abc", ["no colon"]),
    "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: +3\r\n\r\nabc",
    "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 3, 3\r\n\r\nabc",
    "POST /gathered HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /gathered HTTP/2.5\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc",
    "POST /gath ered HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc",
    "POST /gathered\r\n\r\n", "nothing\r\n\r\n",
  ]

  @Test("Random mixes of requests in random pieces are answered the same", arguments: 0..<24 as Range<UInt64>)
  func mixes(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let isOfPushesFirst = Bool.random(using: &random)
    var texts = (0..<20).map { number in
      // Else most connections would leave the short way with their first request.
      isOfPushesFirst && number < 12
        ? Self.push(String(repeating: "b", count: .random(in: 0...1100, using: &random)), ["X-Name: \(number / 5)"])
        : Self.good(number, &random)
    }
    let ends = Bool.random(using: &random)
    if ends { texts.append(Self.last.randomElement(using: &random) ?? "") }
    let text = texts.joined()
    let cuts = (0..<Int.random(in: 0...30, using: &random)).map { _ in
      Int.random(in: 0...text.utf8.count, using: &random)
    }
    try await expectSame(
      Self.pieces(of: text, cutAt: cuts), wanted: texts.count, ends: ends, "seed \(seed)")
  }

  @Test("Whatever ends a connection ends it in the same way", arguments: last.indices)
  func ends(index: Int) async throws {
    let text = Self.push("a") + Self.last[index]
    try await expectSame([text], wanted: 2, ends: true, Self.last[index])
    try await expectSame(Self.pieces(of: text, cutAt: [text.utf8.count - 5]), wanted: 2, ends: true, Self.last[index])
  }
}
