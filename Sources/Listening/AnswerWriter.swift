import HTTPTypes
import NIOHTTP1

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes answers of HTTP/1.1 as they go over the wire, one at a time.
struct AnswerWriter {
  private var date = AnswerDate()

  /// The head of an answer, with its date and the length of its body, and the body.
  mutating func encoded(_ answer: GatheredAnswer) -> (head: [UInt8], body: [UInt8]) {
    let status = HTTPResponseStatus(statusCode: answer.status)
    let body = status.mayHaveResponseBody ? Array((answer.body ?? "").utf8) : []
    var head: [UInt8] = []
    // More than the usual headers take, and one allocation.
    head.reserveCapacity(512)
    head += "HTTP/1.1 ".utf8
    head += String(status.code).utf8
    head += " ".utf8
    head += status.reasonPhrase.utf8
    head += "\r\n".utf8
    for field in answer.fields { Self.write(field.name.rawName, field.value, to: &head) }
    if status.mayHaveResponseBody { Self.write("Content-Length", String(body.count), to: &head) }
    Self.write("Date", date.text(atSeconds: time(nil)), to: &head)
    head += "\r\n".utf8
    return (head, body)
  }

  private static func write(_ name: String, _ value: String, to head: inout [UInt8]) {
    head += name.utf8
    head += ": ".utf8
    head += value.utf8
    head += "\r\n".utf8
  }
}
