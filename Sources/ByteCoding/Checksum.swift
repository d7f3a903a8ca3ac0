import CByteCoding

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of every record on disk.
public enum Checksum {
  /// - Parameter seed: the checksum of what came before, to checksum a sequence of pieces.
  public static func crc32c(_ bytes: ArraySlice<UInt8>, seed: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe godwit_crc32c(seed, $0.baseAddress, $0.count) }
  }
}
