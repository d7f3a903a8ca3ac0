import AgentConfiguration
import Settings

/// What is refused with 429 is thrown away
///
/// 429 means later, and most hosted backends answer it above their rate. Prometheus repeats such a request only with
/// `retry_on_http_429: true`; otherwise its samples are lost. Godwit repeats it unless told not to. (Amazon: 70,000
/// samples a second at first.)
///
/// Wrong (--for prometheus):
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
///
/// Right (--for prometheus):
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
///         queue_config:
///           retry_on_http_429: true
struct UnrepeatedRateLimit: ReviewRule {
  let facts = RuleFacts("GW250", .warning, why: "Above the backend's rate, whole batches are lost instead of delayed.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let key = file.spelled("retry_on_http_429")
    return file.endpoints.compactMap { endpoint in
      if let repeats = endpoint.queue.bool("retry_on_http_429"), let field = endpoint.queue["retry_on_http_429"] {
        guard !repeats.value else { return nil }
        return Advice(
          repeats.place, "\(endpoint.title) throws away what is refused with 429", evidence: "\(key) is false",
          fix: "write \(key): true", edits: [.setValue(field, text: "true")], isSafe: true)
      }
      guard isOffByDefault(context.program), let url = endpoint.section["url"],
        let backend = endpoint.backend, backend.kind.limitsRates
      else { return nil }
      let inside = endpoint.queue.fields.last.map { TextEdit.insert(["\(key): true"], after: $0) }
      let section = file.spelled("queue_config")
      let edits =
        endpoint.section.has("queue_config") ? inside : .insert(["\(section):", "  \(key): true"], after: url)
      return Advice(
        endpoint.section.place(of: "url"), "\(endpoint.title) throws away what is refused with 429",
        evidence: "\(backend.kind.title) answers 429 above its rate, and \(key) is false by default in Prometheus",
        fix: "add \(key): true to \(section)", edits: edits.map { [$0] } ?? [], isSafe: true)
    }
  }

  /// Prometheus since it has the field.
  private func isOffByDefault(_ program: ReviewedProgram?) -> Bool {
    guard let program, program.name == .prometheus else { return false }
    return program.version.map { $0 >= .init(2, 26) } ?? true
  }
}
