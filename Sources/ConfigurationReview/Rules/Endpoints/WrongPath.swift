import AgentConfiguration

/// Not the path that this backend takes remote write at
///
/// Each backend has its own: `/api/v1/write` (Prometheus, VictoriaMetrics), `/api/v1/push` (Mimir, Cortex),
/// `/api/v1/receive` (Thanos), `/api/prom/push` (Grafana Cloud), `/workspaces/…/api/v1/remote_write` (Amazon),
/// `/insert/<tenant>/prometheus/api/v1/write` (vminsert), `/prometheus/v1/write` (New Relic), `/prometheus/v1`
/// (Coralogix), `/api/v1/prom/write?db=…` (InfluxDB 1.x). On another one most answer 404 or 405, VictoriaMetrics 400, and
/// a sender throws away what was refused that way. `/api/prom/push` is an older path of Cortex, which Mimir does not
/// have.
///
/// Which backend it is, is told by host, port and path, and the finding says by which. A path that is not the write
/// path of any backend is left alone where the host is one's own: a proxy may call it anything.
///
/// Wrong:
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/v1/write
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
///
/// Right:
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
struct WrongPath: ReviewRule {
  let facts = RuleFacts(
    "GW211", .warning, why: "The backend refuses it, mostly with 404 or 405, and what is refused so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.path.count > 1,
        let backend = Backend(of: parts), let right = rightPath(of: backend, parts)
      else { return nil }
      let text = WritePath.replacing(in: url.value, by: right)
      let field = endpoint.section["url"]
      let edits = text.flatMap { text in field.map { [TextEdit.setValue($0, text: text)] } } ?? []
      return Advice(
        url.place, "\(endpoint.title) is \(backend.kind.title), which does not take remote write at \(parts.path)",
        evidence: "\(backend.evidence); the path is \(parts.path)", fix: "write \(right) for the path",
        edits: right.contains("<") ? [] : edits, confidence: backend.confidence)
    }
  }

  /// nil where the path is right, or may be.
  private func rightPath(of backend: Backend, _ url: EndpointURL) -> String? {
    guard let path = backend.kind.writePaths.first else { return nil }
    let written = url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
    switch backend.kind {
    case .amazon:
      let parts = written.split(separator: "/")
      if parts.count == 5, parts[0] == "workspaces", written.hasSuffix(path) { return nil }
      let workspace = parts.count > 1 && parts[0] == "workspaces" ? String(parts[1]) : "<workspace>"
      return "/workspaces/\(workspace)\(path)"
    case .victoriaMetricsCluster:
      if written.range(ofText: "/insert/") != nil { return nil }
      return WritePath.isKnown(written) ? "/insert/0\(path)" : nil
    case .coralogix where !url.host.hasPrefix("ingress."):
      // Only those hosts are documented; what older ones are called, and take, is not.
      return nil
    default:
      if backend.kind.writePaths.contains(where: { written.hasSuffix($0) }) { return nil }
      let isOwnName = backend.confidence < 1
      if isOwnName && !WritePath.isKnown(written) { return nil }
      return backend.kind == .azure ? nil : path
    }
  }
}
