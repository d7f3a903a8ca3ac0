import Settings

/// The rules of discovery mechanisms that are not built, so that a check says what the reference would say.
///
/// The mechanisms that agents use most are checked field by field; of the others only that each entry is a mapping.
/// One that is built leaves this file and gets a reader in ``DiscoverySections``.
struct OtherDiscovery {
  let context: ReadingContext

  func check(_ section: SectionReader, mechanism: String) {
    switch mechanism {
    case "kubernetes": checkKubernetes(section)
    case "consul": checkConsul(section)
    case "docker", "dockerswarm": checkDocker(section, isSwarm: mechanism == "dockerswarm")
    default: _ = section.takeFields { _ in true }
    }
  }

  private func checkKubernetes(_ section: SectionReader) {
    let roles = ["node", "pod", "service", "endpoints", "endpointslice", "ingress"]
    let http = HTTPClientSettings(section, context)
    let server = section.text("api_server").flatMap { $0.value.isEmpty ? nil : $0 }
    let kubeconfig = section.text("kubeconfig_file").flatMap { $0.value.isEmpty ? nil : $0 }
    if let kubeconfig, server != nil {
      section.error(
        .conflict, at: kubeconfig.place, "cannot use 'kubeconfig_file' and 'api_server' simultaneously",
        fix: "remove one of the two")
    }
    if server == nil && http != HTTPClientSettings() {
      section.error(
        .conflict, at: kubeconfig?.place ?? section.place,
        kubeconfig != nil
          ? "cannot use a custom HTTP client configuration together with 'kubeconfig_file'"
          : "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
        fix: "add api_server or remove the HTTP settings")
    }
    if let namespaces = section.section("namespaces") {
      _ = namespaces.bool("own_namespace")
      _ = namespaces.texts("names")
      namespaces.finish()
    }
    for selector in section.sections("selectors", emptyMessage: "empty or null selector") {
      for key in ["role", "label", "field"] { _ = selector.text(key) }
      selector.finish()
    }
    if let attached = section.section("attach_metadata") {
      for key in ["node", "namespace"] { _ = attached.bool(key) }
      attached.finish()
    }
    let role = section.text("role")
    section.finish()
    guard let role, !role.value.isEmpty else {
      return section.error(
        .missing, at: section.place, "role missing (one of: \(roles.joined(separator: ", ")))", fix: "add role")
    }
    if !roles.contains(role.value) {
      section.error(
        .invalidValue, at: role.place, "unknown Kubernetes SD role \"\(role.value)\"",
        fix: "one of \(roles.joined(separator: ", "))")
    }
  }

  private func checkConsul(_ section: SectionReader) {
    _ = HTTPClientSettings(section, context)
    let texts = [
      "path_prefix", "token", "datacenter", "namespace", "partition", "tag_separator", "scheme", "username", "password",
      "filter", "health_filter",
    ]
    for key in texts { _ = section.text(key) }
    for key in ["services", "tags"] { _ = section.texts(key) }
    _ = section.bool("allow_stale")
    _ = section.duration("refresh_interval")
    _ = section.textMap("node_meta")
    let server = section.text("server")
    section.finish()
    if let server, server.value.trimmingSpaces.isEmpty {
      section.error(.missing, at: server.place, "consul SD configuration requires a server address", fix: "add server")
    }
  }

  private func checkDocker(_ section: SectionReader, isSwarm: Bool) {
    _ = HTTPClientSettings(section, context)
    for filter in section.sections("filters", emptyMessage: "empty or null filter") {
      _ = filter.text("name")
      _ = filter.texts("values")
      filter.finish()
    }
    _ = section.integer("port")
    _ = section.duration("refresh_interval")
    let host = section.text("host")
    let role = isSwarm ? section.text("role") : nil
    if !isSwarm {
      _ = section.text("host_networking_host")
      _ = section.bool("match_first_network")
    }
    section.finish()
    if host?.value.isEmpty ?? true {
      section.error(.missing, at: host?.place ?? section.place, "host missing", fix: "add host")
    } else if let host, case .failure(let problem) = URLText.parse(host.value) {
      section.error(.invalidValue, at: host.place, problem.message)
    }
    guard isSwarm, !["services", "nodes", "tasks"].contains(role?.value ?? "") else { return }
    let message = role.map { "invalid role \($0.value), expected tasks, services, or nodes" }
    section.error(
      .missing, at: role?.place ?? section.place, message ?? "role missing (one of: tasks, services, nodes)",
      fix: "one of tasks, services, nodes")
  }
}
