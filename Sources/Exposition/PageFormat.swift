/// How a scraped page is written, in text or in protobuf.
public enum PageFormat: Sendable, Hashable {
  /// Read by ``ExpositionParser``.
  case text(ExpositionFormat)
  /// `io.prometheus.client.MetricFamily` messages, each behind its length; read by ``FamilyParser``.
  case protobuf

  /// The format that an HTTP `Content-Type` names; nil when the header is empty, malformed or names another format.
  public init?(contentType: String) {
    if let format = ExpositionFormat(contentType: contentType) {
      self = .text(format)
    } else if MediaType(Array(contentType.utf8))?.name == "application/vnd.google.protobuf" {
      self = .protobuf
    } else {
      return nil
    }
  }
}
