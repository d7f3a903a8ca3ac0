import AgentConfiguration

/// Puts settings into a configuration file where they belong and leaves everything else as it stands: comments, order,
/// indentation, other keys.
///
/// The result is read again before it is believed: it must say the new values, and the same as before in all else.
struct QueueEdit {
  /// Why a file cannot be edited by itself.
  struct Refusal: Error, Hashable {
    var description: String
  }

  private var lines: EditedLines
  private let file: QueueFile

  /// - Parameter changes: by the entry's place in the file.
  /// - Returns: the text in the end.
  /// - Throws: `Refusal` where the text has a form that is better changed by hand.
  static func apply(_ changes: [Int: [QueueChange]], to file: QueueFile) throws(Refusal) -> String {
    var edit = QueueEdit(lines: EditedLines(file.text), file: file)
    for (index, list) in changes.sorted(by: { $0.key < $1.key }) where !list.isEmpty {
      try edit.change(file.endpoints[index], list)
    }
    let after: QueueFile
    do { after = try QueueFile(path: file.path, text: edit.lines.text) } catch {
      throw Refusal(description: "the text has a form that is better changed by hand")
    }
    try check(file, after, changes)
    return edit.lines.text
  }

  /// As `diff -u` writes it, with secrets hidden; empty where nothing was changed.
  static func diff(of file: QueueFile, to text: String) -> String {
    UnifiedDiff.between(SourceText(file.text), SourceText(text), path: file.path).map { $0 + "\n" }.joined()
  }

  // MARK: - One entry

  private mutating func change(_ endpoint: QueueFile.Endpoint, _ changes: [QueueChange]) throws(Refusal) {
    guard let queue = endpoint.queue else {
      try insertSection(endpoint, changes)
      return
    }
    guard queue.key.place.isAtOrAfter(endpoint.node.place), queue.value.place.isAtOrAfter(queue.key.place) else {
      throw Refusal(description: "queue_config is shared with other entries through an anchor")
    }
    guard case .mapping(let fields) = queue.value.content, let last = fields.last else {
      try fillSection(queue, changes)
      return
    }
    var missing: [QueueChange] = []
    for change in changes {
      if let field = fields.first(where: { $0.key.scalar?.text == change.key }) {
        try replace(field, with: change.to)
      } else {
        missing.append(change)
      }
    }
    if missing.isEmpty { return }
    let pairs = missing.map { "\($0.key): \($0.to)" }
    if lines.scalar(at: queue.value.place) == "{" {
      lines.insert(pairs.joined(separator: ", ") + ", ", behind: queue.value.place)
    } else {
      guard last.value.place.line == last.key.place.line else {
        throw Refusal(description: "the last value of queue_config stands on a line of its own")
      }
      let indentation = String(repeating: " ", count: fields[0].key.place.column - 1)
      lines.insert(pairs.map { indentation + $0 }, afterLine: last.key.place.line)
    }
  }

  /// `queue_config:` with nothing behind it, or `{}`.
  private mutating func fillSection(_ queue: YAMLField, _ changes: [QueueChange]) throws(Refusal) {
    let pairs = changes.map { "\($0.key): \($0.to)" }
    if case .mapping = queue.value.content, lines.scalar(at: queue.value.place) == "{" {
      lines.insert(pairs.joined(separator: ", "), behind: queue.value.place)
      return
    }
    guard queue.value.scalar?.text.isEmpty == true else { throw Refusal(description: "queue_config is no mapping") }
    let indentation = String(repeating: " ", count: queue.key.place.column + 1)
    lines.insert(pairs.map { indentation + $0 }, afterLine: queue.key.place.line)
  }

  private mutating func insertSection(_ endpoint: QueueFile.Endpoint, _ changes: [QueueChange]) throws(Refusal) {
    let pairs = changes.map { "\($0.key): \($0.to)" }
    if lines.scalar(at: endpoint.node.place) == "{" {
      lines.insert("queue_config: {\(pairs.joined(separator: ", "))}, ", behind: endpoint.node.place)
      return
    }
    guard case .mapping(let fields) = endpoint.node.content,
      let url = fields.first(where: { $0.key.scalar?.text == "url" }), url.value.scalar?.text.isEmpty == false,
      url.key.place.isAtOrAfter(endpoint.node.place), url.key.place.line == url.value.place.line
    else { throw Refusal(description: "the entry's url is not on a line of its own") }
    let indentation = String(repeating: " ", count: url.key.place.column - 1)
    lines.insert(
      ["\(indentation)queue_config:"] + pairs.map { "\(indentation)  \($0)" }, afterLine: url.key.place.line)
  }

  private mutating func replace(_ field: YAMLField, with value: String) throws(Refusal) {
    guard let scalar = field.value.scalar, field.value.place.isAtOrAfter(field.key.place), !scalar.text.isEmpty,
      lines.replace(scalar.text, at: field.value.place, with: value)
    else { throw Refusal(description: "the value of \(field.key.scalar?.text ?? "a key") is not plain") }
  }

  // MARK: - The result

  private static func check(
    _ before: QueueFile, _ after: QueueFile, _ changes: [Int: [QueueChange]]
  ) throws(Refusal) {
    let refusal = Refusal(description: "the change would say more than it should")
    guard before.endpoints.count == after.endpoints.count else { throw refusal }
    for (index, (old, new)) in zip(before.endpoints, after.endpoints).enumerated() {
      let list = changes[index] ?? []
      var expected: [String: String] = values(old)
      for change in list { expected[change.key] = change.to }
      let section = "queue_config"
      guard values(new) == expected, words(old.node, without: section) == words(new.node, without: section) else {
        throw refusal
      }
    }
    guard words(before.root, without: "remote_write") == words(after.root, without: "remote_write") else {
      throw refusal
    }
  }

  private static func values(_ endpoint: QueueFile.Endpoint) -> [String: String] {
    guard case .mapping(let fields)? = endpoint.queue?.value.content else { return [:] }
    let pairs = fields.compactMap { field in field.key.scalar.map { ($0.text, words(field.value, without: "")) } }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  /// What a tree says, without places, and without the field called `key` of its mapping.
  private static func words(_ node: YAMLNode, without key: String) -> String {
    switch node.content {
    case .scalar(let scalar): scalar.text
    case .sequence(let nodes): "[" + nodes.map { words($0, without: "") }.joined(separator: "\u{0}") + "]"
    case .mapping(let fields):
      "{"
        + fields.filter { $0.key.scalar?.text != key }
        .map { words($0.key, without: "") + "\u{1}" + words($0.value, without: "") }.joined(separator: "\u{0}") + "}"
    }
  }
}

extension Place {
  func isAtOrAfter(_ other: Place) -> Bool { (line, column) >= (other.line, other.column) }
}
