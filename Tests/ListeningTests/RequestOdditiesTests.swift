import Foundation
import Hummingbird
import Listening
import Testing

@Suite("Requests that are unusual")
struct RequestOdditiesTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var text: String
    /// What the answer has to begin with, the answer ending the connection where it is a refusal.
    var status: Int
    /// What the answer ends with; empty for anything.
    var end = ""
  }

  private static func post(_ headers: [String], _ body: String) -> String {
    "POST /a HTTP/1.1\r\nHost: test\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n" + body
  }

  static let cases: [Case] = [
    Case(
      testDescription: "a length and chunks",
      text: post(["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"), status: 400),
    Case(
      testDescription: "chunks and a length",
      text: post(["Transfer-Encoding: chunked", "Content-Length: 5"], "0\r\n\r\n"), status: 400),
    Case(
      testDescription: "two lengths", text: post(["Content-Length: 5", "Content-Length: 6"], "abcdef"), status: 400),
    Case(testDescription: "a list of lengths", text: post(["Content-Length: 5, 5"], "abcde"), status: 400),
    Case(testDescription: "a length with a sign", text: post(["Content-Length: +5"], "abcde"), status: 400),
    Case(testDescription: "a negative length", text: post(["Content-Length: -5"], "abcde"), status: 400),
    Case(
      testDescription: "a length beyond all numbers", text: post(["Content-Length: 99999999999999999999"], ""),
      status: 400),
    Case(
      testDescription: "an encoding that does not end with chunks",
      text: post(["Transfer-Encoding: chunked, identity"], "0\r\n\r\n"), status: 400),
    Case(
      testDescription: "a space before the colon", text: post(["Content-Length : 5"], "abcde"), status: 400),
    Case(testDescription: "a folded line", text: post(["X-A: 1", " Content-Length: 5"], "abcde"), status: 400),
    Case(testDescription: "a chunk of no size", text: post(["Transfer-Encoding: chunked"], "x\r\n"), status: 400),
    Case(testDescription: "a zero in a value", text: post(["X-A: a\0b", "Content-Length: 0"], ""), status: 400),
    Case(testDescription: "no HTTP", text: "hello\r\n\r\n", status: 400),
    Case(
      testDescription: "chunks",
      text: post(["Transfer-Encoding: chunked"], "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\n"),
      status: 200, end: "POST /a 5\n"),
    Case(
      testDescription: "the whole URL", text: "GET http://other.test:80/a?b=c HTTP/1.1\r\nHost: test\r\n\r\n",
      status: 200, end: "GET /a?b=c 0\n"),
    Case(
      testDescription: "the whole URL without a path", text: "GET http://other.test HTTP/1.1\r\nHost: test\r\n\r\n",
      status: 200, end: "GET / 0\n"),
    Case(
      testDescription: "an encoded path", text: "GET /a%2fb%00%0d%0a HTTP/1.1\r\nHost: test\r\n\r\n", status: 200,
      end: "GET /a%2fb%00%0d%0a 0\n"),
    Case(
      testDescription: "a long query",
      text: "GET /a?\(String(repeating: "b=c&", count: 10_000)) HTTP/1.1\r\nHost: test\r\n\r\n", status: 200,
      end: "b=c& 0\n"),
    Case(
      testDescription: "everything", text: "OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n", status: 200,
      end: "OPTIONS * 0\n"),
  ]

  @Test("What could be read in two ways is refused, and what cannot is answered", arguments: cases)
  func oddities(wanted: Case) async throws {
    try await withListener { _, address in
      let connection = try await RawConnection.open(address)
      // Whatever stands behind a request that is refused must not be taken for another one.
      let smuggled = wanted.status == 400 ? "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n" : ""
      await connection.send(wanted.text + smuggled)
      #expect(await connection.answer() == wanted.status, "\(connection.text.prefix(300))")
      if wanted.status == 400 {
        #expect(await eventually { connection.isClosed })
        #expect(!connection.text.contains("smuggled"))
      } else {
        #expect(await eventually { connection.text.hasSuffix(wanted.end) }, "\(connection.text.suffix(300))")
      }
    }
  }

  @Test("The head of a page is that of the page, without it", arguments: ["/", "/godwit"])
  func heads(prefix: String) async throws {
    try await withListener {
      $0.routePrefix = prefix
    } _: { _, address in
      let connection = try await RawConnection.open(address)
      await connection.send("HEAD \(prefix == "/" ? "" : prefix)/a HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(await connection.answer() == 200)
      #expect(await eventually { connection.text.hasSuffix("\r\n\r\n") })
      #expect(connection.text.lowercased().contains("content-length: 9\r\n"), "\(connection.text)")
      // The next answer begins where the head ends.
      await connection.get("\(prefix == "/" ? "" : prefix)/b")
      #expect(await eventually { connection.text.hasSuffix("GET /b 0\n") })
      #expect(!connection.text.contains("GET /a"))
    }
  }

  @Test(
    "A client that waits for a word before it sends its body gets it, each time",
    arguments: ["100-continue", "100-Continue"])
  func expectation(word: String) async throws {
    try await withListener { _, address in
      let connection = try await RawConnection.open(address)
      for round in 1...3 {
        await connection.send(
          "POST /\(round) HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: \(word)\r\n\r\n")
        let continued = "HTTP/1.1 100 Continue\r\n\r\n"
        #expect(await eventually { connection.text.components(separatedBy: continued).count == round + 1 })
        await connection.send("abc")
        #expect(await eventually { connection.text.hasSuffix("POST /\(round) 3\n") }, "\(connection.text)")
      }
    }
  }

  @Test("A connection ends with its answer where the client wants that", arguments: ["close", "Close", "CLOSE"])
  func lastRequest(word: String) async throws {
    try await withListener { _, address in
      let connection = try await RawConnection.open(address)
      await connection.get("/a", ["Connection": word])
      #expect(await connection.answer() == 200)
      #expect(await eventually { connection.isClosed })
      #expect(connection.text.hasSuffix("GET /a 0\n"))
    }
  }

  @Test("A client that did not ask is not told to go on")
  func noExpectation() async throws {
    try await withListener { _, address in
      let connection = try await RawConnection.open(address)
      await connection.send(Self.post(["Content-Length: 3"], "abc"))
      #expect(await eventually { connection.text.hasSuffix("POST /a 3\n") })
      #expect(!connection.text.contains("100"))
    }
  }
}
