import AgentConfiguration

/// Where in a configuration a section stands; that decides which fields it may have.
enum SectionKind: String, Sendable {
  case root, global, job, endpoint, queue, metadata, azure, tls, oauth2, storage, tsdb, retention, group, rule,
    authorization
  case basicAuth = "basic_auth"
}

/// The sections of a file with what they are, in no particular order.
struct ConfigurationSections {
  private(set) var all: [(kind: SectionKind, section: Section)] = []

  init(of file: ReviewedFile) {
    guard let root = file.root else { return }
    if file.kind == .rules {
      for group in file.ruleGroups {
        all.append((.group, group))
        all += group.sections("rules").map { (.rule, $0) }
      }
      return
    }
    guard file.kind == .agent || file.kind == .server else { return }
    all.append((.root, root))
    if let global = file.global { all.append((.global, global)) }
    add("storage", .storage, of: root)
    for storage in all where storage.kind == .storage { add("tsdb", .tsdb, of: storage.section) }
    for tsdb in all where tsdb.kind == .tsdb { add("retention", .retention, of: tsdb.section) }
    for job in file.jobs {
      all.append((.job, job))
      addClient(of: job)
    }
    for endpoint in file.endpoints.map(\.section) {
      all.append((.endpoint, endpoint))
      add("queue_config", .queue, of: endpoint)
      add("metadata_config", .metadata, of: endpoint)
      add("azuread", .azure, of: endpoint)
      addClient(of: endpoint)
    }
  }

  private mutating func add(_ key: String, _ kind: SectionKind, of owner: Section) {
    if let section = owner.section(key) { all.append((kind, section)) }
  }

  private mutating func addClient(of owner: Section) {
    add("tls_config", .tls, of: owner)
    add("oauth2", .oauth2, of: owner)
    add("basic_auth", .basicAuth, of: owner)
    add("authorization", .authorization, of: owner)
  }
}
