import AgentConfiguration
import Diagnostics

/// How a mistake that the reference refuses is put right, where only one thing can have been meant.
enum Repair {
  /// For a key that stands outside its section: into the section. For one that is mistyped: the name that was meant.
  static func edits(for finding: Finding, in file: ReviewedFile) -> [TextEdit] {
    guard finding.id == ConfigurationFinding.unknownKey.rawValue, let line = finding.line, let root = file.root else {
      return []
    }
    guard let (field, section) = field(line: line, column: finding.column ?? 1, in: root, of: file),
      let key = field.key.scalar?.text
    else { return [] }
    if let home = KeyHome.section(of: key), ConfigurationSchema.section(home)?.shape == .mapping,
      section.isPlace(for: home)
    {
      return [.move(field, into: home, of: section)]
    }
    let known = ConfigurationSchema.keys(beside: section.fields.compactMap { $0.key.scalar?.text })
    guard let meant = NearestName.of(key, among: known.sorted()), !section.has(meant) else { return [] }
    return [.renameKey(field, to: meant)]
  }

  private static func field(
    line: Int, column: Int, in section: Section, of file: ReviewedFile
  ) -> (YAMLField, Section)? {
    for field in section.fields {
      let place = file.original(field.key.place)
      if place.line == line && place.column == column { return (field, section) }
      if let found = self.field(line: line, column: column, in: field.value, of: file) { return found }
    }
    return nil
  }

  private static func field(line: Int, column: Int, in node: YAMLNode, of file: ReviewedFile) -> (YAMLField, Section)? {
    switch node.content {
    case .scalar: return nil
    case .sequence(let elements):
      for element in elements {
        if let found = field(line: line, column: column, in: element, of: file) { return found }
      }
      return nil
    case .mapping:
      return Section(node).flatMap { field(line: line, column: column, in: $0, of: file) }
    }
  }
}

extension Section {
  /// Whether a section called `name` may stand here, judged by what else does.
  fileprivate func isPlace(for name: String) -> Bool {
    let keys = Set(fields.compactMap { $0.key.scalar?.text })
    return ConfigurationSchema.owners(of: name).contains { $0.keys.intersection(keys).count >= 1 }
  }
}

extension ConfigurationSchema {
  /// The sections that can have one called `name` in them.
  static func owners(of name: String) -> [Section] { everySection.filter { $0.keys.contains(name) } }

  /// The keys of the section that most of `keys` belong to.
  static func keys(beside keys: [String]) -> Set<String> {
    let present = Set(keys)
    let best = everySection.max { $0.keys.intersection(present).count < $1.keys.intersection(present).count }
    guard let best, !best.keys.isDisjoint(with: present) else { return [] }
    return best.keys
  }
}
