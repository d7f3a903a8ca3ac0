extension Span<UInt8> {
  var copy: [UInt8] {
    // Copied within the call and not kept.
    withUnsafeBufferPointer { Array($0) }
  }
}

extension [UInt8] {
  mutating func append(copying bytes: Span<UInt8>) {
    // As above.
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
