import AgentConfiguration
import ConfigurationReview
import GodwitTesting
import Testing

/// A tree without places: what a text means.
private indirect enum Tree: Equatable {
  case scalar(String)
  case list([Tree])
  case mapping([String], [Tree])

  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar): self = .scalar(scalar.text)
    case .sequence(let elements): self = .list(elements.map { Tree($0) })
    case .mapping(let fields):
      self = .mapping(fields.map { $0.key.scalar?.text ?? "" }, fields.map { Tree($0.value) })
    }
  }

  static func mapping(_ fields: [(String, Tree)]) -> Tree { .mapping(fields.map(\.0), fields.map(\.1)) }

  /// Without the field at `path`, and without what is left empty by that.
  func removing(_ path: ArraySlice<Int>) -> Tree? {
    guard let index = path.first else { return nil }
    switch self {
    case .scalar: return self
    case .list(var elements):
      if let rest = elements[index].removing(path.dropFirst()) {
        elements[index] = rest
      } else {
        elements.remove(at: index)
      }
      return elements.isEmpty ? nil : .list(elements)
    case .mapping(var keys, var values):
      if let rest = values[index].removing(path.dropFirst()) {
        values[index] = rest
      } else {
        keys.remove(at: index)
        values.remove(at: index)
      }
      return keys.isEmpty ? nil : .mapping(keys, values)
    }
  }

  func setting(_ path: ArraySlice<Int>, to new: String) -> Tree {
    guard let index = path.first else { return .scalar(new) }
    switch self {
    case .scalar: return self
    case .list(var elements):
      elements[index] = elements[index].setting(path.dropFirst(), to: new)
      return .list(elements)
    case .mapping(let keys, var values):
      values[index] = values[index].setting(path.dropFirst(), to: new)
      return .mapping(keys, values)
    }
  }
}

/// Writes a random tree in a random layout.
private struct Layout {
  var random: SeededRandom

  mutating func tree(depth: Int) -> Tree {
    let keys = ["alpha", "beta", "gamma", "delta"].prefix(Int.random(in: 1...4, using: &random))
    return .mapping(keys.map { ($0, value(depth: depth)) })
  }

  private mutating func value(depth: Int) -> Tree {
    switch depth > 0 ? Int.random(in: 0...3, using: &random) : 0 {
    case 1: return tree(depth: depth - 1)
    case 2: return .list((0..<Int.random(in: 1...3, using: &random)).map { _ in tree(depth: depth - 1) })
    case 3: return .list((0..<Int.random(in: 1...3, using: &random)).map { _ in scalar() })
    default: return scalar()
    }
  }

  private mutating func scalar() -> Tree {
    .scalar(["10", "x y", "https://a.example/b", "it's", "a # b"].randomElement(using: &random) ?? "")
  }

  mutating func lines(_ tree: Tree, indentation: Int) -> [String] {
    guard case .mapping(let keys, let values) = tree else { return [] }
    let margin = String(repeating: " ", count: indentation)
    return zip(keys, values).flatMap { key, value -> [String] in
      var lines = Int.random(in: 0...3, using: &random) == 0 ? [margin + "# about \(key)"] : []
      if Int.random(in: 0...5, using: &random) == 0 { lines.append("") }
      switch value {
      case .scalar(let text): lines.append("\(margin)\(key): \(quoted(text))" + tail())
      case .mapping: lines += [margin + key + ":" + tail()] + self.lines(value, indentation: indentation + 2)
      case .list(let elements):
        lines.append(margin + key + ":" + tail())
        let dash = indentation + (Bool.random(using: &random) ? 2 : 0)
        for element in elements { lines += self.element(element, dash: dash) }
      }
      return lines
    }
  }

  private mutating func element(_ tree: Tree, dash: Int) -> [String] {
    let margin = String(repeating: " ", count: dash)
    if case .scalar(let text) = tree { return [margin + "- " + quoted(text) + tail()] }
    var lines = lines(tree, indentation: dash + 2)
    // A dash cannot stand before a comment.
    while let first = lines.first, first.isEmpty || first.contains("# about") && !first.contains(":") {
      lines.removeFirst()
    }
    guard let first = lines.first else { return [] }
    return [margin + "- " + first.dropFirst(dash + 2)] + lines.dropFirst()
  }

  private mutating func quoted(_ text: String) -> String {
    if text.contains("#") || Bool.random(using: &random) { return "\"\(text)\"" }
    return text.contains("'") ? text : "'\(text)'"
  }

  private mutating func tail() -> String { Int.random(in: 0...4, using: &random) == 0 ? "  # why" : "" }
}

@Suite("Changes of a text, beside a model of its meaning")
struct TextEditModelTests {
  /// All fields with their paths of indexes.
  private static func fields(_ node: YAMLNode, _ path: [Int]) -> [(field: YAMLField, path: [Int])] {
    switch node.content {
    case .scalar: return []
    case .sequence(let elements): return elements.enumerated().flatMap { fields($0.element, path + [$0.offset]) }
    case .mapping(let all):
      return all.enumerated().flatMap {
        [($0.element, path + [$0.offset])] + fields($0.element.value, path + [$0.offset])
      }
    }
  }

  private static func node(_ text: SourceText) -> YAMLNode? {
    YAMLParsing.document(in: text.text, findings: FindingCollector(path: "a.yml"))
  }

  @Test(
    "Removing and setting any field does to the meaning what it says, and to no comment elsewhere",
    arguments: 0..<300 as Range<UInt64>)
  func edits(seed: UInt64) throws {
    var layout = Layout(random: SeededRandom(seed: seed))
    let tree = layout.tree(depth: 3)
    let text = SourceText(lines: layout.lines(tree, indentation: 0) + [""])
    let file = FileReading(path: "a.yml", directory: "/", kind: .unknown).file(text.text)
    let root = try #require(file.tree, "\(text.text)")
    #expect(Tree(root) == tree, "seed \(seed)")
    for (field, path) in Self.fields(root, []) {
      let removal = try #require(TextEdit.remove(field).changes(in: file))
      let removed = text.applying(removal)
      let left = Self.node(removed)
      #expect(
        left.map { Tree($0) } == tree.removing(path[...]), "seed \(seed), \(path)\n\(text.text)\n→\n\(removed.text)")
      if case .sequence(let elements) = field.value.content {
        for (index, element) in elements.enumerated() {
          let removal = try #require(TextEdit.removeElement(element).changes(in: file))
          let left = Self.node(text.applying(removal)).map { Tree($0) }
          #expect(left == tree.removing((path + [index])[...]), "seed \(seed), \(path) element \(index)\n\(text.text)")
        }
      }
      guard case .scalar = field.value.content else { continue }
      let set = try #require(TextEdit.setValue(field, text: "new").changes(in: file))
      let changed = text.applying(set)
      #expect(Self.node(changed).map { Tree($0) } == tree.setting(path[...], to: "new"), "seed \(seed), \(path)")
      #expect(changed.lines.count == text.lines.count)
      #expect(changed.text.count(where: { $0 == "#" }) >= text.text.count(where: { $0 == "#" }) - 1)
    }
  }
}
