/// gRPC used to look at a remote write endpoint
///
/// Remote write is an HTTP POST of a snappy-compressed protobuf message; no endpoint lists gRPC services.
///
/// Wrong:
///
///     grpcurl metrics.example.net:443 list
///
/// Right:
///
///     curl -sS -o /dev/null -w "%{http_code}" -X POST https://metrics.example.net/api/v1/write
struct RemoteWriteIsNotGRPC: StatementRule {
  let facts = RuleFacts("GW452", .warning, why: "The answer says nothing about the endpoint.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.hasPrefix("grpcurl") else { return nil }
    return (
      "remote write is not gRPC", "grpcurl", "post to it over HTTP: an empty POST tells 401, 404 and 405 from the rest"
    )
  }
}
