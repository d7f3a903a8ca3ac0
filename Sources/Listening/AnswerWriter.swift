import HTTPTypes
import NIOCore
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

  /// The whole of an answer, with its date and the length of its body.
  mutating func encoded(_ answer: GatheredAnswer) -> ByteBuffer {
    let status = HTTPResponseStatus(statusCode: answer.status)
    let bodyByteCount = answer.body?.utf8.count ?? 0
    // More than the usual headers take, and one allocation.
    var bytes = ByteBufferAllocator().buffer(capacity: 512 + bodyByteCount)
    bytes.writeStaticString("HTTP/1.1 ")
    bytes.writeString(String(status.code))
    bytes.writeStaticString(" ")
    bytes.writeString(status.reasonPhrase)
    bytes.writeStaticString("\r\n")
    for field in answer.fields { Self.write(field.name.rawName, field.value, to: &bytes) }
    if status.mayHaveResponseBody { Self.write("Content-Length", String(bodyByteCount), to: &bytes) }
    Self.write("Date", date.text(atSeconds: time(nil)), to: &bytes)
    bytes.writeStaticString("\r\n")
    if let body = answer.body, status.mayHaveResponseBody { bytes.writeString(body) }
    return bytes
  }

  private static func write(_ name: String, _ value: String, to bytes: inout ByteBuffer) {
    bytes.writeString(name)
    bytes.writeStaticString(": ")
    bytes.writeString(value)
    bytes.writeStaticString("\r\n")
  }
}
