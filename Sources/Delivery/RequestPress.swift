import RemoteWriteProtocol

/// What requests are made with: an encoder with the symbols it has seen, and what it works with.
///
/// There is one for all shards of an endpoint. What it remembers grows with the series of the process, and the table of
/// those is read by one shard at a time anyway; a shard keeps only its request, compressed, for the time of its attempts.
struct RequestPress: Sendable {
  var encoder = WriteRequestEncoder(.v1)
  var scratch = EncodingScratch()

  /// Begins a request of that version.
  mutating func begin(_ version: WriteMessageVersion) {
    if encoder.version != version { encoder = WriteRequestEncoder(version) }
  }

  /// Puts the encoded request into `compressed`, in place of what that held.
  mutating func finish(into compressed: inout [UInt8]) {
    encoder.finish(compressedInto: &compressed)
  }
}
