import Relabeling
import Settings

/// Checks what only a server's configuration has: reading from elsewhere, and alerts. Nothing of it means anything to an
/// agent.
struct ServerSections {
  let context: ReadingContext
  let rules: RelabelSection

  func check(_ root: SectionReader) {
    checkRemoteRead(root)
    if let alerting = root.filledSection("alerting") { check(alerting: alerting) }
  }

  private func checkRemoteRead(_ root: SectionReader) {
    var names = Set<String>()
    for section in root.sections("remote_read", emptyMessage: "empty or null remote read config section") {
      if let name = section.text("name"), !name.value.isEmpty, !names.insert(name.value).inserted {
        section.error(
          .duplicateName, at: name.place, "found multiple remote read configs with job name \"\(name.value)\"",
          fix: "give each its own name")
      }
      if section.text("url")?.value.isEmpty ?? !section.has("url") {
        section.error(
          .missing, at: section.has("url") ? section.valuePlace(of: "url") : section.place,
          "url for remote_read is empty", fix: "add url: https://…/api/v1/read")
      }
      _ = section.duration("remote_timeout")
      for key in ["read_recent", "filter_external_labels"] { _ = section.bool(key) }
      _ = section.textMap("required_matchers")
      _ = RequestHeaders.write(section)
      _ = HTTPClientSettings(section, context)
      section.finish()
    }
  }

  private func check(alerting: SectionReader) {
    _ = rules.rules(
      "alert_relabel_configs", in: alerting, emptyMessage: "empty or null alert relabeling rule in alerting config")
    for section in alerting.sections("alertmanagers", emptyMessage: "empty or null alertmanager config") {
      for key in ["scheme", "path_prefix"] { _ = section.text(key) }
      _ = section.duration("timeout")
      if let version = section.text("api_version"), !["v1", "v2"].contains(version.value) {
        section.error(
          .invalidValue, at: version.place,
          "expected Alertmanager api version to be one of [v1 v2] but got \(version.value)", fix: "write v2")
      }
      for key in ["relabel_configs", "alert_relabel_configs"] {
        _ = rules.rules(key, in: section, emptyMessage: "empty or null Alertmanager target relabeling rule")
      }
      let discovery = DiscoverySections(context: context)
      let hasRules = section.list("relabel_configs")?.isEmpty == false
      _ = discovery.staticTargets(in: section, addressesAreFinal: !hasRules)
      _ = discovery.fileDiscoveries(in: section)
      _ = discovery.httpDiscoveries(in: section)
      _ = discovery.dnsDiscoveries(in: section)
      discovery.checkOthers(in: section)
      if let sigv4 = section.section("sigv4") {
        for key in ["region", "access_key", "secret_key", "profile", "role_arn"] { _ = sigv4.text(key) }
        sigv4.finish()
      }
      _ = HTTPClientSettings(section, context)
      section.finish()
    }
    alerting.finish()
  }
}
