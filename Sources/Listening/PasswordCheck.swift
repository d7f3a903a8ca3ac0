import CCrypt
import NIOPosix
import Synchronization

/// Says whether a password belongs to a user, with bcrypt.
///
/// A password that was found right is remembered under a keyed hash, so that a user costs one bcrypt and not one for
/// each request. A wrong one costs a bcrypt each time, and so does an unknown user, so that answers take as long for
/// those who exist as for those who do not. One is worked on at a time: guessing takes one core at most, and only so many
/// guesses wait for it.
final class PasswordCheck: Sendable {
  enum Verdict: Hashable {
    case right
    case wrong
    /// So many wait already that this one was not looked at.
    case tooBusy
  }

  private struct Remembered: Hashable {
    var first: Int
    var second: Int
  }

  /// How many right passwords are remembered; beyond it, it starts over.
  private static let rememberedMax = 100
  /// Hashing waits here and never on an event loop. Shared by all listeners of the process, and never shut down.
  private static let thread: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 1)
    pool.start()
    return pool
  }()
  /// Stands in where there is no user at all to take as long as.
  private static let nobodysHash = "$2y$10$abcdefghijklmnopqrstuuLkyoE5BMaI0vpM6DTO2zE2JWZ9q1ZnK"

  private let remembered = Mutex<Set<Remembered>>([])
  private let secrets = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
  private let bcryptCount = Atomic(0)
  private let underWayCount = Atomic(0)
  private let underWayMax: Int

  /// - Parameter underWayMax: how many may wait for bcrypt. A client that is gone does not take back what it asked for.
  init(underWayMax: Int = 256) { self.underWayMax = underWayMax }

  /// How often bcrypt was asked.
  var costlyChecks: Int { bcryptCount.load(ordering: .relaxed) }

  /// - Parameter users: bcrypt hashes by user name.
  func verdict(user: String, password: String, users: [String: String]) async -> Verdict {
    let known = users[user]
    let hash = known ?? users.min { $0.key < $1.key }?.value ?? Self.nobodysHash
    let key = Remembered(
      first: digest(secrets.0, user, hash, password), second: digest(secrets.1, user, hash, password))
    if known != nil && remembered.withLock({ $0.contains(key) }) { return .right }
    defer { underWayCount.wrappingSubtract(1, ordering: .relaxed) }
    guard underWayCount.wrappingAdd(1, ordering: .relaxed).newValue <= underWayMax else { return .tooBusy }
    bcryptCount.wrappingAdd(1, ordering: .relaxed)
    let matches = (try? await Self.thread.runIfActive { Self.matches(password, hash) }) ?? false
    guard matches && known != nil else { return .wrong }
    remembered.withLock {
      if $0.count >= Self.rememberedMax { $0.removeAll() }
      $0.insert(key)
    }
    return .right
  }

  /// Of the bytes: texts that look the same are equal in Swift, and not to bcrypt. SipHash under a key of this process and a secret of this object, of which an outsider cannot find a collision.
  private func digest(_ secret: UInt64, _ user: String, _ hash: String, _ password: String) -> Int {
    var hasher = Hasher()
    hasher.combine(secret)
    for text in [user, hash, password] { hasher.combine(Array(text.utf8)) }
    return hasher.finalize()
  }

  /// Takes as long as the cost in `hash` says.
  static func matches(_ password: String, _ hash: String) -> Bool {
    // C would take a zero for the end, and whatever follows for nothing.
    let hasZero = password.utf8.contains(0)
    guard let computed = self.hash(of: password, like: hash) else { return false }
    return isEqual(Array(computed.utf8), Array(hash.utf8)) && !hasZero
  }

  /// The hash of a password with the cost and salt of another hash; nil where that is none.
  static func hash(of password: String, like hash: String) -> String? {
    var result = [CChar](repeating: 0, count: Int(GODWIT_CRYPT_BYTES))
    guard godwit_crypt(password, hash, &result) == 1 else { return nil }
    return String(decoding: result.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Compares all bytes whatever the first ones are.
  private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
