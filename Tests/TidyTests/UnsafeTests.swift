import Testing

@Suite("Unsafe code")
struct UnsafeTests {
  /// How far above an unsafe line its proof may begin.
  private static let proofDistanceMax = 3

  /// Storey 0 keeps unsafe code in one file for each target; these are more, with the reason.
  private static let furtherFiles: [String: String] = [
    "Sources/ByteCoding/ByteArray+Copying.swift": "the one copy of a span into an array",
    "Sources/ByteCoding/Checksum.swift": "the face of the C function",
    "Sources/ByteCoding/Hash64.swift": "reads eight bytes at a time; slower through the checked face, measured",
    "Sources/ByteCoding/OutputSpan+Bytes.swift": "the one copy of bytes into room that was made for them",
    "Sources/ByteCoding/Span+Words.swift": "the one load of eight bytes, for whoever hashes or decodes a span",
    "Sources/RemoteWriteProtocol/Snappy.swift": "the face of the C library",
    "Sources/RemoteWriteProtocol/SnappyCompressor.swift": "looks at three places for each byte; slower with checks, measured",
  ]

  private static func unsafeLines(_ file: SourceFile) -> [Int] {
    file.code.indices.filter {
      (file.code[$0].mentions("safe") || file.code[$0].mentions("@unchecked"))
        && file.code[$0].contains(/\bunsafe\b|@unchecked Sendable|@unsafe\b|@safe\b/)
        && !file.code[$0].contains(/^\s*@unsafe$/)
    }
  }

  @Test("Each unsafe expression and each unchecked promise has its proof above it")
  func proofs() {
    for file in Repository.this.sources {
      var proven = -10
      for index in Self.unsafeLines(file) {
        // Lines of one expression share the comment above the first of them.
        let isProven =
          index - proven <= Self.proofDistanceMax
          || (1...Self.proofDistanceMax).contains { file.isComment(index - $0) }
        #expect(isProven, "\(file):\(index + 1)")
        if isProven { proven = index }
      }
    }
  }

  @Test("A target of storey 0 has its unsafe code in one file")
  func oneFile() {
    let files = Repository.this.sources.filter { Storeys.of[$0.target] == 0 && !Self.unsafeLines($0).isEmpty }
    for (target, files) in Dictionary(grouping: files, by: \.target) {
      let counted = files.map(\.path).filter { Self.furtherFiles[$0] == nil }
      #expect(counted.count <= 1, "\(target): \(counted)")
    }
    for path in Self.furtherFiles.keys { #expect(files.contains { $0.path == path }, "\(path) is listed for nothing") }
  }
}
