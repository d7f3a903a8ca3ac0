import Foundation

/// An answer to a request that a test made.
struct Answer {
  var status: Int
  var body: Data

  var text: String { String(decoding: body, as: UTF8.self) }

  func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do { return try JSONDecoder().decode(type, from: body) } catch {
      throw EndToEndError("status \(status), not the JSON that was hoped for: \(text.prefix(500)) (\(error))")
    }
  }
}

/// Asks an HTTP server of this machine, one connection for each request.
func ask(
  _ method: String = "GET", port: Int, _ path: String, parameters: [(String, String)] = [], within seconds: Int = 20
) throws -> Answer {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  defer { _ = close(descriptor) }
  var limit = timeval(tv_sec: seconds, tv_usec: 0)
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let isConnected = withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
  guard isConnected else { throw EndToEndError("cannot connect to port \(port): \(String(cString: strerror(errno)))") }
  let query = parameters.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
  let target = query.isEmpty ? path : "\(path)?\(query)"
  let headers = "Host: 127.0.0.1:\(port)\r\nContent-Length: 0\r\nConnection: close\r\n"
  let request = Array("\(method) \(target) HTTP/1.1\r\n\(headers)\r\n".utf8)
  guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
    throw EndToEndError("cannot ask port \(port)")
  }
  var bytes = Data()
  var piece = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = recv(descriptor, &piece, piece.count, 0)
    if count < 0 { throw EndToEndError("port \(port) does not answer: \(String(cString: strerror(errno)))") }
    if count == 0 { break }
    bytes.append(contentsOf: piece[..<count])
  }
  guard let end = bytes.firstRange(of: Data("\r\n\r\n".utf8)) else { throw EndToEndError("port \(port) closes") }
  let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
  guard let code = head.split(separator: " ").dropFirst().first.flatMap({ Int($0.prefix(3)) }) else {
    throw EndToEndError("port \(port) does not answer in HTTP: \(head.prefix(100))")
  }
  let body = Data(bytes[end.upperBound...])
  return Answer(status: code, body: head.lowercased().contains("transfer-encoding: chunked") ? joined(body) : body)
}

/// The body in chunked encoding without its chunk heads.
private func joined(_ body: Data) -> Data {
  var (result, place) = (Data(), 0)
  while let lineEnd = body[place...].firstRange(of: Data("\r\n".utf8)),
    let count = Int(String(decoding: body[place..<lineEnd.lowerBound], as: UTF8.self), radix: 16), count > 0,
    lineEnd.upperBound + count + 2 <= body.count
  {
    result.append(body[lineEnd.upperBound..<lineEnd.upperBound + count])
    place = lineEnd.upperBound + count + 2
  }
  return result
}

private func escaped(_ text: String) -> String {
  let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
  return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
}
