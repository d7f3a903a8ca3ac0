import AgentConfiguration

/// What rules ask of a section of `scrape_configs`.
extension Section {
  /// How messages name a job.
  var jobTitle: String { "job \"\(text("job_name")?.value ?? "")\"" }

  var staticTargets: [Located<String>] { sections("static_configs").flatMap { $0.texts("targets") } }

  /// The lists of discovery mechanisms that have an entry.
  var discoveries: [YAMLField] {
    fields.filter { field in
      guard let key = field.key.scalar?.text, key.hasSuffix("_sd_configs") else { return false }
      return !list(key).isEmpty
    }
  }

  /// A job that is known to read one target alone.
  var hasOneStaticTarget: Bool { discoveries.isEmpty && staticTargets.count == 1 }

  /// The path below which another server gives its series away.
  var isFederation: Bool { text("metrics_path")?.value.hasSuffix("/federate") ?? false }

  /// A rule gives the targets of the job another value of this label: `__address__`, `__scheme__`.
  func rewrites(_ label: String) -> Bool {
    sections("relabel_configs").contains { $0.text("target_label")?.value == label }
  }

  /// Where something reads pushed metrics, as far as names tell.
  var isGateway: Bool {
    let names = staticTargets.map(\.value) + [text("job_name")?.value ?? ""]
    return names.contains { $0.lowercased().contains("pushgateway") }
  }
}

extension ReviewedFile {
  /// Where a file is that is named here.
  func fullPath(of path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
}

/// Credentials of a client, as `scrape_configs` and others have them.
struct WrittenSecrets {
  var section: Section

  /// Secrets that stand in the configuration itself, each with its field and never with its text.
  var inline: [(name: String, place: Place)] {
    fields(Self.secrets).filter { !$0.value.value.isEmpty }.map { (name: $0.name, place: $0.value.place) }
  }

  /// The files that secrets are in.
  var files: [(name: String, path: Located<String>)] {
    fields(Self.secrets.map { (section: $0.section, key: "\($0.key)_file") }).map { (name: $0.name, path: $0.value) }
  }

  /// Who the agent is, is said in some way.
  var areSent: Bool {
    ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"].contains { section.has($0) }
  }

  private static let secrets: [(section: String, key: String)] = [
    ("basic_auth", "password"), ("authorization", "credentials"), ("oauth2", "client_secret"), ("", "bearer_token"),
    ("tls_config", "key"),
  ]

  private func fields(_ keys: [(section: String, key: String)]) -> [(name: String, value: Located<String>)] {
    keys.compactMap { path, key in
      let owner = path.isEmpty ? section : section.section(path)
      let name = path.isEmpty ? key : "\(path).\(key)"
      return owner?.text(key).map { (name: name, value: $0) }
    }
  }
}
