/// A hash of bytes for tables in memory: keyed anew by each process, so that nobody outside can choose labels that
/// all fall into one place.
func byteHash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  var hasher = Hasher()
  // The buffer lives for the call, and the hasher keeps no reference to it.
  unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  return UInt64(bitPattern: Int64(hasher.finalize()))
}
