/// Reads one mapping of a configuration file, field by field.
///
///     func queueSettings(from section: SectionReader) -> QueueSettings {
///       var queue = QueueSettings()
///       section.read("capacity", into: &queue.capacity)
///       section.read("min_backoff", into: &queue.minBackoff)
///       section.finish()
///       return queue
///     }
///
/// Each call makes a key known to the section, reads it when it is there, and reports a value of the wrong kind;
/// ``finish()`` reports the keys that nobody asked for. An absent field leaves its destination alone; one that is
/// there without a value sets it to zero, false or empty, which is what the reference does.
package final class SectionReader {
  /// What the section is called in messages: `queue_config`.
  package let name: String
  /// Where to report what is missing from the section.
  package let place: Place
  package let findings: FindingCollector
  /// The section is there but has nothing in it.
  package let isNull: Bool
  private let fields: [YAMLField]
  private let indexes: [String: Int]
  private var known: [String] = []

  /// nil, and a finding, when `node` is neither a mapping nor empty.
  package init?(_ node: YAMLNode, name: String, place: Place, findings: FindingCollector) {
    self.name = name
    self.place = place
    self.findings = findings
    isNull = node.isNull
    switch node.content {
    case .mapping(let fields): self.fields = fields
    case _ where isNull: fields = []
    default:
      findings.error(
        .wrongKind, at: place, "cannot unmarshal \(node.kind) into \(name)", fix: "\(name) is a mapping of fields")
      return nil
    }
    var indexes: [String: Int] = [:]
    for (index, field) in fields.enumerated() {
      if let key = field.key.scalar?.text {
        indexes[key] = index
      } else {
        findings.error(.wrongKind, at: field.key.place, "cannot unmarshal \(field.key.kind) into a key of \(name)")
      }
    }
    self.indexes = indexes
  }

  /// The field called `key`, known from now on.
  package func field(_ key: String) -> YAMLField? {
    if !known.contains(key) { known.append(key) }
    return indexes[key].map { fields[$0] }
  }

  package var keys: Dictionary<String, Int>.Keys { indexes.keys }

  /// The keys that are texts, in the order of the file.
  package var keysInOrder: [Located<String>] {
    fields.compactMap { field in field.key.scalar.map { Located(value: $0.text, place: field.key.place) } }
  }

  /// Where `key` stands; the place of the section when it does not.
  package func place(of key: String) -> Place { indexes[key].map { fields[$0].key.place } ?? place }

  /// Where the value of `key` stands; the place of the section when it does not.
  package func valuePlace(of key: String) -> Place { indexes[key].map { fields[$0].valuePlace } ?? place }

  /// The fields whose keys have not been asked for; they become known.
  package func takeFields(where condition: (String) -> Bool) -> [(key: String, field: YAMLField)] {
    let taken = fields.compactMap { field in field.key.scalar.map { (key: $0.text, field: field) } }
      .filter { !known.contains($0.key) && condition($0.key) }
    known += taken.map(\.key)
    return taken
  }

  package func error(_ kind: ConfigurationFinding, at place: Place, _ message: String, fix: String = "") {
    findings.error(kind, at: place, message, fix: fix)
  }

  /// Reports the keys that are not part of this section.
  package func finish() {
    let knownSet = Set(known)
    for field in fields {
      guard let key = field.key.scalar?.text, !knownSet.contains(key) else { continue }
      var fix = "remove it; known here: \(known.prefix(12).joined(separator: ", "))\(known.count > 12 ? ", …" : "")"
      if let home = KeyHome.section(of: key), home != name {
        fix = "`\(key)` belongs in `\(home)`; check the indentation"
      } else if let nearest = NearestName.of(key, among: known) {
        fix = "did you mean `\(nearest)`?"
      }
      findings.error(.unknownKey, at: field.key.place, "field \(key) not found in \(name)", fix: fix)
    }
  }
}

/// Where a key lives that people often write one level too high.
package enum KeyHome {
  package static func section(of key: String) -> String? {
    sections.first { $0.keys.contains(key) }?.name
  }

  private static let sections: [(name: String, keys: Set<String>)] = [
    (
      "queue_config",
      [
        "capacity", "max_shards", "min_shards", "max_samples_per_send", "batch_send_deadline", "min_backoff",
        "max_backoff", "retry_on_http_429", "sample_age_limit",
      ]
    ),
    ("metadata_config", ["send", "send_interval"]),
    ("basic_auth", ["username", "username_file", "password", "password_file"]),
    ("authorization", ["credentials", "credentials_file"]),
    (
      "tls_config",
      ["ca_file", "cert_file", "key_file", "server_name", "insecure_skip_verify", "min_version", "max_version"]
    ),
    ("global", ["external_labels"]),
    ("static_configs", ["targets", "labels"]),
    ("write_relabel_configs", ["source_labels", "target_label", "regex", "replacement", "action"]),
  ]
}
