import Testing

@testable import RemoteWriteProtocol

@Suite("Request headers")
struct HeaderTests {
  @Test(
    "The message is chosen by Content-Type",
    arguments: [
      (nil, .v1), ("", .v1), ("application/x-protobuf", .v1),
      ("application/x-protobuf;proto=prometheus.WriteRequest", .v1),
      ("application/x-protobuf;proto=io.prometheus.write.v2.Request", .v2),
      ("application/x-protobuf; proto=io.prometheus.write.v2.Request", .v2),
      ("Application/X-Protobuf ;\tPROTO = \"io.prometheus.write.v2.Request\"", .v2),
      ("application/x-protobuf;charset=utf-8;proto=io.prometheus.write.v2.Request", .v2),
      ("application/x-protobuf;charset=utf-8", .v1), ("application/x-protobuf;", .v1),
    ] as [(String?, WriteMessageVersion)])
  func chosen(contentType: String?, version: WriteMessageVersion) throws {
    #expect(try WriteMessageVersion(contentType: contentType, contentEncoding: "snappy") == version)
  }

  @Test(
    "Other media types are refused",
    arguments: [
      "application/json", "image/png", "application/x-protobuf2", "*/*", ";proto=prometheus.WriteRequest",
    ])
  func otherTypes(contentType: String) {
    #expect(throws: UnsupportedMedia.type(contentType)) {
      try WriteMessageVersion(contentType: contentType, contentEncoding: nil)
    }
  }

  @Test("Other messages are refused", arguments: ["io.prometheus.write.v3.Request", "", "Prometheus.WriteRequest"])
  func otherMessages(name: String) {
    #expect(throws: UnsupportedMedia.message(name)) {
      try WriteMessageVersion(contentType: "application/x-protobuf;proto=\(name)", contentEncoding: nil)
    }
  }

  @Test("Other compressions are refused", arguments: ["gzip", "deflate", "zstd", "identity", "snappy, gzip"])
  func otherEncodings(encoding: String) {
    #expect(throws: UnsupportedMedia.encoding(encoding)) {
      try WriteMessageVersion(contentType: nil, contentEncoding: encoding)
    }
  }

  @Test("A missing Content-Encoding means snappy", arguments: [nil, "", "snappy", "Snappy", " snappy "])
  func snappy(encoding: String?) throws {
    #expect(try WriteMessageVersion(contentType: nil, contentEncoding: encoding) == .v1)
  }

  @Test("S3, S4, S5: what is sent is what the specification spells")
  func sent() throws {
    #expect(WriteMessageVersion.v1.contentType == "application/x-protobuf")
    #expect(WriteMessageVersion.v2.contentType == "application/x-protobuf;proto=io.prometheus.write.v2.Request")
    #expect(WriteMessageVersion.allCases.map(\.versionHeader) == ["0.1.0", "2.0.0"])
    for version in WriteMessageVersion.allCases {
      #expect(try WriteMessageVersion(contentType: version.contentType, contentEncoding: "snappy") == version)
    }
  }
}
