import Settings
import Testing

@testable import Listening

@Suite("Passwords")
struct PasswordCheckTests {
  /// Vectors of the bcrypt that is in common use, and one for each prefix.
  static let hashes = [
    ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    ("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
    ("U*U*U", "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
  ]

  @Test("A hash of bcrypt is right for its password alone", arguments: hashes)
  func vectors(password: String, hash: String) {
    #expect(PasswordCheck.matches(password, hash))
    #expect(!PasswordCheck.matches(password + "x", hash))
    // For C the text would end before the x.
    #expect(!PasswordCheck.matches(password + "\0x", hash))
  }

  static let users = ["ann": hashes[0].1, "bob": hashes[1].1]

  @Test("A right password costs one bcrypt, a wrong one and an unknown user one each time")
  func cost() async {
    let check = PasswordCheck()
    for _ in 1...5 { #expect(await check.verdict(user: "ann", password: "U*U", users: Self.users) == .right) }
    #expect(check.costlyChecks == 1)
    for _ in 1...3 { #expect(await check.verdict(user: "ann", password: "wrong", users: Self.users) == .wrong) }
    #expect(check.costlyChecks == 4)
    for _ in 1...3 { #expect(await check.verdict(user: "eve", password: "U*U", users: Self.users) == .wrong) }
    #expect(check.costlyChecks == 7)
  }

  @Test("A password that was right is wrong when the user's hash changes or the user goes")
  func changed() async {
    let check = PasswordCheck()
    #expect(await check.verdict(user: "ann", password: "U*U", users: Self.users) == .right)
    #expect(await check.verdict(user: "ann", password: "U*U", users: ["ann": Self.hashes[1].1]) == .wrong)
    #expect(await check.verdict(user: "ann", password: "U*U", users: ["bob": Self.hashes[1].1]) == .wrong)
    #expect(await check.verdict(user: "bob", password: "U*U", users: Self.users) == .wrong)
  }

  @Test("A password that only looks like one that was right is another")
  func sameLooks() async throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let users = ["ann": try #require(PasswordCheck.hash(of: composed, like: Self.hashes[0].1))]
    let check = PasswordCheck()
    #expect(await check.verdict(user: "ann", password: composed, users: users) == .right)
    #expect(await check.verdict(user: "ann", password: decomposed, users: users) == .wrong)
  }

  @Test("Beyond so many waiting passwords one is turned away, unless it is known to be right")
  func busy() async {
    let check = PasswordCheck(underWayMax: 0)
    #expect(await check.verdict(user: "ann", password: "U*U", users: Self.users) == .tooBusy)
    #expect(check.costlyChecks == 0)
    let other = PasswordCheck(underWayMax: 1)
    for _ in 1...3 { #expect(await other.verdict(user: "bob", password: "U*U*", users: Self.users) == .right) }
    let verdicts = await withTaskGroup(of: PasswordCheck.Verdict.self) { group in
      for guess in 1...20 {
        group.addTask { await other.verdict(user: "ann", password: "\(guess)", users: Self.users) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(verdicts.contains(.wrong) && verdicts.contains(.tooBusy))
    #expect(await other.verdict(user: "ann", password: "U*U", users: Self.users) == .right)
  }

  @Test(
    "Credentials are read from the header",
    arguments: [
      ("Basic YW5uOlUqVQ==", "ann", "U*U"), ("bAsIc YW5uOmE6Yg==", "ann", "a:b"), ("Basic Og==", "", ""),
      ("Basic YW5uOsyBeDp5", "ann", "\u{301}x:y"),
    ])
  func credentials(header: String, user: String, password: String) throws {
    let credentials = try #require(Credentials(header))
    #expect(credentials.user == user && credentials.password == password)
  }

  @Test(
    "What is no such header has no credentials",
    arguments: [nil, "", "Basic", "Basic YW5u", "Basic ?", "Bearer x", "Basic YW5uOmI=, Basic YW5uOmI="])
  func noCredentials(header: String?) { #expect(Credentials(header) == nil) }

  @Test("A bucket lets its burst through, then one for each interval")
  func bucket() {
    let start = ContinuousClock.now
    let limit = WebRateLimit(interval: .seconds(1), burst: 3)
    var bucket = RequestBucket(limit, now: start)
    let times = [0, 0, 0, 0, 1, 1.5, 100, 100, 100, 100].map { start + .seconds($0) }
    let taken = times.map { bucket.take(limit, now: $0) }
    #expect(taken == [true, true, true, false, true, false, true, true, true, false])
  }
}
