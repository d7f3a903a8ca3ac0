import AgentConfiguration
import Diagnostics
import Settings

/// A configuration file as far as it is about queues: `remote_write` entries with what they say of `queue_config`.
///
/// Anything else in the file is left alone, so a server's file will do as well as an agent's.
struct QueueFile {
  struct Endpoint {
    /// Empty where the file gives none.
    var name: String
    /// Without user info and query.
    var url: String
    /// What the file says; where it says nothing, what Godwit takes.
    var settings: QueueSettings
    /// The keys of `queue_config` that the file has.
    var keys: Set<String>
    var node: YAMLNode
    var queue: YAMLField?
  }

  let path: String
  let text: String
  let root: YAMLNode
  let endpoints: [Endpoint]

  /// - Throws: `SizingError` with every place where the file is wrong.
  init(path: String, text: String) throws(SizingError) {
    self.path = path
    self.text = text
    let findings = FindingCollector(path: path)
    let root = YAMLParsing.document(in: text, findings: findings)
    var endpoints: [Endpoint] = []
    if let root, case .mapping(let fields) = root.content,
      let list = fields.first(where: { $0.key.scalar?.text == "remote_write" }),
      case .sequence(let entries) = list.value.content
    {
      endpoints = entries.compactMap { Self.endpoint($0, findings) }
    }
    guard findings.errors.isEmpty else { throw SizingError(findings.errors.text) }
    guard let root, !endpoints.isEmpty else {
      throw SizingError("\(path) has no remote_write entries, so there is no queue to size")
    }
    self.root = root
    self.endpoints = endpoints
  }

  private static func endpoint(_ node: YAMLNode, _ findings: FindingCollector) -> Endpoint? {
    guard case .mapping(let fields) = node.content else { return nil }
    func field(_ key: String) -> YAMLField? { fields.first { $0.key.scalar?.text == key } }
    let queue = field("queue_config")
    var (settings, keys) = (QueueSettings(), Set<String>())
    if let queue, !queue.value.isNull,
      let section = SectionReader(queue.value, name: "queue_config", place: queue.key.place, findings: findings)
    {
      settings = QueueSettings(section)
      keys = Set(section.keys)
    }
    return Endpoint(
      name: field("name")?.value.scalar?.text ?? "", url: plainURL(field("url")?.value.scalar?.text ?? ""),
      settings: settings, keys: keys, node: node, queue: queue)
  }

  /// The entry that a page or a user calls `name`, or that has the URL.
  func index(name: String, url: String) -> Int? {
    endpoints.firstIndex { !$0.name.isEmpty && $0.name == name }
      ?? endpoints.firstIndex { $0.name.isEmpty && !url.isEmpty && $0.url == Self.plainURL(url) }
  }

  /// A URL without what may be secret: user info and query.
  static func plainURL(_ url: String) -> String {
    let address = url.prefix { $0 != "?" && $0 != "#" }
    guard let start = address.firstRange(of: "://") else { return String(address) }
    let authority = address[start.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(address) }
    return address[..<start.upperBound] + String(address[address.index(after: at)...])
  }
}
