import Listening
import Testing

@Suite("Where a listener is reached")
struct ListenerPlaceTests {
  @Test(
    "Addresses are read as the reference reads them",
    arguments: [
      ("127.0.0.1:9090", "127.0.0.1:9090"), (":9090", "0.0.0.0:9090"), ("[::1]:0", "[::1]:0"), ("::1:9090", nil),
      ("localhost", nil), ("a:70000", nil), ("a:-1", nil), ("", nil),
    ])
  func addresses(text: String, expected: String?) { #expect(ListeningAddress(text)?.description == expected) }

  @Test("Several addresses are listened on, IPv6 among them, and all have their ports")
  func several() async throws {
    try await withListener {
      $0.addresses = [ListeningAddress(host: "127.0.0.1", port: 0), ListeningAddress(host: "::1", port: 0)]
    } _: { listener, first in
      #expect(listener.addresses.first == first && listener.addresses.count == 2)
      for address in listener.addresses {
        #expect(address.port != 0)
        let connection = try await RawConnection.open(address)
        await connection.get("/")
        #expect(await connection.answer() == 200)
      }
    }
  }

  @Test("Where one of the addresses is taken, none is listened on, and the error names it")
  func taken() async throws {
    try await withListener { _, address in
      let listener = WebListener(
        ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0), address]), logger: .quiet)
      let error = await #expect(throws: ListeningError.self) { try await listener.start(EchoResponder()) }
      #expect(error?.code == .cannotListen && error?.description.contains("\(address)") == true)
      #expect(listener.addresses.isEmpty)
    }
  }

  @Test(
    "Pages are below the prefix, the root leads there, and nothing else is anywhere",
    arguments: [
      ("/godwit/-/healthy?a=1", 200, "GET /-/healthy?a=1 0"), ("/godwit", 200, "GET / 0"), ("/godwit/", 200, "GET / 0"),
      ("/godwit?x", 200, "GET /?x 0"), ("/", 302, "/godwit/\r\n"), ("/-/healthy", 404, "not found"),
      ("/godwitty", 404, "not found"),
    ])
  func prefix(path: String, status: Int, text: String) async throws {
    try await withListener {
      $0.routePrefix = "/godwit"
    } _: { _, address in
      let connection = try await RawConnection.open(address)
      await connection.get(path)
      #expect(await connection.answer() == status)
      #expect(await eventually { connection.text.contains(text) }, "\(connection.text)")
    }
  }
}
