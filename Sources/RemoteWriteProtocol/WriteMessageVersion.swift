public import MetricModel

/// Which of the two Remote Write messages a request carries.
public enum WriteMessageVersion: Hashable, Sendable, CaseIterable {
  /// `prometheus.WriteRequest`, Remote Write 1.0.
  case v1
  /// `io.prometheus.write.v2.Request`, Remote Write 2.0.
  case v2

  /// The message's full protobuf name.
  public var messageName: String {
    switch self {
    case .v1: "prometheus.WriteRequest"
    case .v2: "io.prometheus.write.v2.Request"
    }
  }

  /// The value of `Content-Type` when sending. For 1.0 the bare form, which older receivers compare literally.
  public var contentType: String {
    switch self {
    case .v1: "application/x-protobuf"
    case .v2: "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    }
  }

  /// The value of `X-Prometheus-Remote-Write-Version`. Version 1.0 of the specification says 0.1.0 there.
  public var versionHeader: String {
    switch self {
    case .v1: "0.1.0"
    case .v2: "2.0.0"
    }
  }

  /// Whether a message of this version can carry `histogram`: 1.0 knows no custom bounds.
  public func carries(_ histogram: NativeHistogram) -> Bool { self == .v2 || !histogram.hasCustomBuckets }

  /// The value of `Content-Encoding` for both messages: the snappy block format.
  public static let contentEncoding = "snappy"
}
