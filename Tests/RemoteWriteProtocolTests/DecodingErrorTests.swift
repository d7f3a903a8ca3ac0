import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("Bodies that cannot be read")
struct DecodingErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var version: WriteMessageVersion
    var body: [UInt8]
    var code: DecodingError.Code

    init(_ name: String, _ version: WriteMessageVersion, _ body: [UInt8], _ code: DecodingError.Code) {
      (testDescription, self.version, self.body, self.code) = (name, version, body, code)
    }
  }

  static let tenBytes = [UInt8](repeating: 0xff, count: 9)

  static let cases = [
    Case("a length beyond the end", .v1, [0x0a, 0x05, 0x00], .truncated),
    Case("a length of 2^63", .v1, [0x0a] + [UInt8](repeating: 0x80, count: 9) + [0x01], .truncated),
    Case("a tag cut off", .v1, [0x8a], .truncated),
    Case("a nested length beyond its message", .v1, [0x0a, 0x02, 0x0a, 0x05, 0, 0, 0, 0, 0], .truncated),
    Case("a double cut off", .v1, [0x0a, 0x05, 0x12, 0x03, 0x09, 0, 0], .truncated),
    Case("an unknown fixed32 cut off", .v1, [0x7d, 0, 0, 0], .truncated),
    Case("a varint of 65 bits", .v1, [0x78] + tenBytes + [0x02], .varintOverflow),
    Case("a varint of eleven bytes", .v1, [0x78] + tenBytes + [0xff, 0x01], .varintOverflow),
    Case("field 0", .v1, [0x02, 0x00], .invalidTag),
    Case("wire type 6", .v1, [0x7e], .invalidTag),
    Case("a group", .v1, [0x7b, 0x7c], .invalidTag),
    Case("a series that is a varint", .v1, [0x08, 0x00], .wrongWireType),
    Case("a timestamp that is a double", .v1, [0x0a, 0x0b, 0x12, 0x09, 0x11, 0, 0, 0, 0, 0, 0, 0, 0], .wrongWireType),
    Case("a label that is not UTF-8", .v1, [0x0a, 0x05, 0x0a, 0x03, 0x0a, 0x01, 0xff], .invalidUTF8),
    Case("a surrogate in a label", .v1, [0x0a, 7, 0x0a, 5, 0x12, 3, 0xed, 0xa0, 0x80], .invalidUTF8),
    Case("a symbol that is not UTF-8", .v2, [0x22, 0x00, 0x22, 0x01, 0x80], .invalidUTF8),
    Case("help that is not UTF-8", .v1, [0x1a, 0x03, 0x22, 0x01, 0xc0], .invalidUTF8),
    Case("an odd number of references", .v2, [0x22, 0, 0x2a, 0x03, 0x0a, 0x01, 0x00], .oddLabelReferences),
    Case("an odd number for an exemplar", .v2, [0x22, 0, 0x2a, 5, 0x22, 3, 0x0a, 1, 0], .oddLabelReferences),
    Case("a reference to no symbol", .v2, [0x22, 0, 0x2a, 0x04, 0x0a, 0x02, 0x00, 0x01], .symbolOutOfRange),
    Case("a reference of 2^32", .v2, [0x22, 0, 0x2a, 8, 0x0a, 6, 0, 0x80, 0x80, 0x80, 0x80, 0x10], .symbolOutOfRange),
    Case("help that refers to no symbol", .v2, [0x22, 0, 0x2a, 0x04, 0x2a, 0x02, 0x18, 0x01], .symbolOutOfRange),
    Case("a first symbol with text", .v2, [0x22, 0x01, 0x61], .firstSymbolNotEmpty),
  ]

  @Test("Each fault is named", arguments: cases)
  func faults(fault: Case) {
    #expect {
      try DecodedWriteRequest(decoding: fault.body, version: fault.version)
    } throws: { error in
      (error as? DecodingError)?.code == fault.code
    }
  }

  @Test("An error says which field is meant and where")
  func message() {
    let error = #expect(throws: DecodingError.self) {
      try DecodedWriteRequest(decoding: [0x0a, 0x05, 0x0a, 0x03, 0x12, 0x01, 0xff], version: .v1)
    }
    #expect(error?.description == "Label.value is not UTF-8 (invalid_utf8 at byte 6)")
  }

  @Test("Unknown fields of every wire type are skipped, at every level")
  func unknownFields() throws {
    let unknown: [UInt8] = [0x50 + 0x80, 0x7f, 0x01, 0xa2, 0x06, 0x02, 1, 2, 0xa5, 0x06, 1, 2, 3, 4]
    let wide: [UInt8] = [0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]
    let sample: [UInt8] = unknown + [0x10, 0x07] + wide
    // Field 6 was the created timestamp of an early draft of 2.0.
    let series: [UInt8] = [0x30, 0x05] + unknown + [0x12, UInt8(sample.count)] + sample
    let body: [UInt8] = wide + [0x2a, UInt8(series.count)] + series + unknown
    let decoded = try DecodedWriteRequest(decoding: body, version: .v2)
    #expect(decoded.series.map { $0.samples.map(\.timestampMs) } == [[7]])
  }

  @Test("A body of one version is empty to the other, and not garbage")
  func otherVersion() throws {
    for golden in try GoldenRequest.all() where try golden.version == .v2 {
      let decoded = try DecodedWriteRequest(decoding: golden.body(), version: .v1)
      #expect(decoded.series.isEmpty && decoded.metadata.isEmpty)
    }
  }

  @Test("References may come one by one, and symbols after the series")
  func unpackedAndLate() throws {
    let body: [UInt8] = [0x2a, 0x04, 0x08, 0x01, 0x08, 0x02, 0x22, 0x00, 0x22, 0x01, 0x61, 0x22, 0x01, 0x62]
    let decoded = try DecodedWriteRequest(decoding: body, version: .v2)
    #expect(decoded.series.first?.labels["a"] == "b")
  }

  @Test("A request beyond a limit is refused")
  func limits() {
    var limits = DecodingLimits()
    limits.series = 3
    let series: [UInt8] = [0x0a, 0, 0x0a, 0, 0x0a, 0]
    #expect(throws: Never.self) { try DecodedWriteRequest(decoding: series, version: .v1, limits: limits) }
    #expect(throws: DecodingError(.tooManySeries, at: 0, "")) {
      try DecodedWriteRequest(decoding: series + [0x0a, 0], version: .v1, limits: limits)
    }
    limits.elements = 2
    #expect(throws: Never.self) {
      try DecodedWriteRequest(decoding: [0x22, 0, 0x22, 0], version: .v2, limits: limits)
    }
    // Two symbols leave nothing for the packed references.
    #expect(throws: DecodingError(.tooManyElements, at: 0, "")) {
      try DecodedWriteRequest(
        decoding: [0x22, 0, 0x22, 0, 0x2a, 0x04, 0x0a, 0x02, 0, 0], version: .v2, limits: limits)
    }
  }
}
