/// A remote write body that nothing has compressed
///
/// Both versions of the protocol want protobuf in the block format of snappy; anything else is answered with 400.
///
/// Wrong:
///
///     curl -X POST -H "Content-Encoding: snappy" --data-binary @metrics.pb https://metrics.example.net/api/v1/write
///
/// Right:
///
///     curl -X POST -H "Content-Encoding: snappy" --data-binary @metrics.pb.sz https://metrics.example.net/api/v1/write
struct UncompressedBody: StatementRule {
  let facts = RuleFacts("GW454", .warning, why: "The endpoint answers 400: it cannot decompress the body.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.contains("curl"), statement.contains("Content-Encoding: snappy"),
      let file = statement.firstMatch(of: #/@([^\s"']+)/#)?.1, !file.hasSuffix(".sz"), !file.hasSuffix(".snappy")
    else { return nil }
    return (
      "the body is said to be snappy and by its name is not", "the body is \(file)",
      "compress it in the block format of snappy first (not the framed one) and call it .sz"
    )
  }
}
