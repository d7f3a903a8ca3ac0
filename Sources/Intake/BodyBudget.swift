import Synchronization

/// How many bytes of bodies, compressed and decompressed, may be held at once, and how many are.
struct BodyBudget: Hashable, Sendable {
  let bytesMax: Int
  private(set) var heldBytes = 0

  init(bytesMax: Int) { self.bytesMax = max(0, bytesMax) }

  /// Whether `bytes` more may be held; they are held from now on if so.
  mutating func take(_ bytes: Int) -> Bool {
    guard bytes >= 0, bytes <= bytesMax - heldBytes else { return false }
    heldBytes += bytes
    return true
  }

  mutating func give(back bytes: Int) { heldBytes -= min(max(0, bytes), heldBytes) }
}

/// The one budget of all connections.
public final class BodyAllowance: Sendable {
  private let budget: Mutex<BodyBudget>

  /// - Parameter bytesMax: at least twice what one body may have, or the largest request never fits.
  public init(bytesMax: Int) { budget = Mutex(BodyBudget(bytesMax: bytesMax)) }

  /// What is held now, for whoever looks.
  public var heldBytes: Int { budget.withLock { $0.heldBytes } }

  fileprivate func take(_ bytes: Int) -> Bool { budget.withLock { $0.take(bytes) } }
  fileprivate func give(back bytes: Int) { budget.withLock { $0.give(back: bytes) } }
}

/// The bytes that one request holds. They go back to the allowance with it.
final class HeldBytes: Sendable {
  private let allowance: BodyAllowance?
  private let bytes = Mutex(0)

  /// - Parameter allowance: nil for no bound.
  init(of allowance: BodyAllowance?) { self.allowance = allowance }

  deinit { end() }

  /// Whether `more` bytes may be held as well.
  func take(_ more: Int) -> Bool {
    guard let allowance else { return true }
    guard allowance.take(more) else { return false }
    bytes.withLock { $0 += more }
    return true
  }

  /// Gives all of it back now.
  func end() {
    let held = bytes.withLock { bytes in
      defer { bytes = 0 }
      return bytes
    }
    allowance?.give(back: held)
  }
}
