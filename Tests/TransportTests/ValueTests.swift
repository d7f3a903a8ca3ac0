import GodwitTesting
import Testing
@testable import Transport

@Suite struct ValueTests {
  @Test("Errors are equal by code")
  func equality() {
    #expect(TransportError(.tls, at: "a", "x") == TransportError(.tls, at: "b", "y"))
    #expect(TransportError(.tls, at: "a", "x") != TransportError(.dns, at: "a", "x"))
    #expect(TransportError(.tls, at: "a", "x", remedy: "Do.").description == "a: x. Do.")
  }

  @Test(
    "An address knows its parts and prints no secret",
    arguments: [
      ("http://h", "http://h:80", "/", "h"),
      ("HTTPS://H.example/a/b?c=%20d", "https://H.example:443", "/a/b?c=%20d", "H.example"),
      ("http://u:p@h:9090/x?token=t", "http://h:9090", "/x?token=t", "h:9090"),
      ("http://[::1]:9090/", "http://[::1]:9090", "/", "[::1]:9090"),
      ("http://h?q=1", "http://h:80", "/?q=1", "h"),
    ])
  func address(text: String, place: String, target: String, host: String) throws {
    let address = try RequestAddress(text)
    #expect(address.place == place)
    #expect(address.target == target)
    #expect(address.hostHeader == host)
  }

  @Test("A plain URL is what the library makes of it", arguments: SeededRandom.seeds)
  func plainURL(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let pieces = [
      "http://", "https://", "HTTP://", "a", "B.example", "10.0.0.1", "[::1]", "x_y", "-", ".", ":", ":80", ":09100",
      ":65535", ":65536", ":0", "/", "//", "/metrics", "?", "?a=1", "&b=c,d", "%20", "#f", "@", "u:p@", "~", ";", "ä",
      " ",
      "\\", "..", "/../", "+", "'", "=",
    ]
    var plainCount = 0
    for _ in 0..<5_000 {
      let isLikely = !random.oneIn(4)
      var text = isLikely ? ["http://a.b", "https://10.0.0.1:9100"].randomElement(using: &random) ?? "" : ""
      for _ in 0..<Int.random(in: 0...5, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
      guard PlainURL(text) != nil else { continue }
      plainCount += 1
      let (ours, theirs) = (try RequestAddress(text), try RequestAddress(byLibrary: text))
      #expect(ours.place == theirs.place && ours.host == theirs.host, "seed \(seed): \(text)")
      #expect(ours.target == theirs.target && theirs.userInfo == nil, "seed \(seed): \(text)")
    }
    #expect(plainCount > 500)
    #expect(PlainURL("http://u:p@h/") == nil && PlainURL("http://h:9090/metrics?a=1")?.target == "/metrics?a=1")
  }

  @Test(
    "Secrets are shared with the same server, or with its secure twin only",
    arguments: [
      ("http://a/", "http://A/x", true), ("http://a/", "https://a/", true), ("https://a/", "http://a/", false),
      ("http://a:80/", "http://a:81/", false), ("http://a:81/", "https://a/", false),
      ("http://a/", "http://b.a/", false),
    ])
  func secrets(source: String, target: String, shared: Bool) throws {
    #expect(try RequestAddress(source).sharesSecrets(with: RequestAddress(target)) == shared)
  }

  @Test("S1 posts what has a body")
  func post() {
    #expect(HTTPRequest(url: "http://h/", bytes: [1]).method == "POST")
  }

  @Test("What lies on the shelf unused goes, what is lent out stays")
  func shelf() {
    var shelf = IdleShelf<String, Int>(idleMax: .seconds(10))
    let start = ContinuousClock.now
    var made = 0
    func make() -> Int {
      made += 1
      return made
    }
    #expect(shelf.lend("a", at: start, make: make) == 1)
    #expect(shelf.lend("a", at: start, make: make) == 1)
    #expect(shelf.lend("b", at: start, make: make) == 2)
    shelf.giveBack("b", at: start)
    shelf.giveBack("a", at: start)
    #expect(shelf.sweep(at: start) == [])
    #expect(shelf.sweep(at: start + .seconds(9)) == [])
    #expect(shelf.sweep(at: start + .seconds(10)) == [2])
    shelf.giveBack("a", at: start + .seconds(11))
    #expect(shelf.sweep(at: start + .seconds(20)) == [])
    #expect(shelf.sweep(at: start + .seconds(30)) == [1])
    #expect(shelf.count == 0)
    #expect(shelf.lend("a", at: start + .seconds(31), make: make) == 3)
    #expect(shelf.removeAll() == [3])
  }
}
