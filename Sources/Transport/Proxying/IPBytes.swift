import Glibc

/// An IP address as its 4 or 16 bytes. One of version 4 that is written in the form of version 6 (`::ffff:10.0.0.1`)
/// is the same address as the other.
struct IPBytes: Hashable, Sendable {
  let bytes: [UInt8]

  /// nil when `text`, without brackets, is no address.
  init?(_ text: String) {
    // C would take a zero for the end, and whatever follows for nothing.
    guard !text.utf8.contains(0) else { return nil }
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 {
        self.init(bytes: bytes)
        return
      }
    }
    return nil
  }

  init(bytes: [UInt8]) {
    let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xff, 0xff]
    self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
  }

  var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
  }

  /// Whether the first `bitCount` bits are those of `other`, which must be of the same version.
  func shares(_ bitCount: Int, bitsWith other: IPBytes) -> Bool {
    guard bytes.count == other.bytes.count, (0...bytes.count * 8).contains(bitCount) else { return false }
    for (index, (one, two)) in zip(bytes, other.bytes).enumerated() {
      let wanted = min(8, max(0, bitCount - index * 8))
      if (one ^ two) & ~(wanted == 8 ? 0 : UInt8(0xff) >> UInt8(wanted)) != 0 { return false }
    }
    return true
  }
}
