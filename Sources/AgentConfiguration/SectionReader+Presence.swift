extension SectionReader {
  /// Whether the section has a field called `key`, with or without a value.
  package func has(_ key: String) -> Bool { keys.contains(key) }

  /// Whether one of the fields is there with something in it.
  package func hasText(_ keys: String...) -> Bool { firstFilled(of: keys) != nil }

  /// Where the first of the fields that has something in it stands.
  package func place(ofFirst keys: String...) -> Place { firstFilled(of: keys).map { valuePlace(of: $0) } ?? place }

  /// The keys among `keys` whose fields have something in them.
  package func filled(among keys: [String]) -> [String] {
    keys.filter { key in
      guard has(key), let field = field(key), !field.value.isNull else { return false }
      return field.value.scalar.map { !$0.text.isEmpty } ?? true
    }
  }

  private func firstFilled(of keys: [String]) -> String? { filled(among: keys).first }
}
