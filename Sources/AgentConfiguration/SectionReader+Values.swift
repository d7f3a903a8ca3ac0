import Settings

extension SectionReader {
  /// A text. Every scalar is one: `password: 0123` is the text `0123`.
  package func text(_ key: String) -> Located<String>? {
    guard let field = field(key), let scalar = scalar(of: field, for: key, wanting: "a text") else { return nil }
    return Located(value: scalar.resolved == .null ? "" : scalar.text, place: field.valuePlace)
  }

  package func bool(_ key: String) -> Located<Bool>? {
    guard let field = field(key), let scalar = scalar(of: field, for: key, wanting: "true or false") else { return nil }
    switch scalar.resolved {
    case .bool(let value): return Located(value: value, place: field.valuePlace)
    case .null: return Located(value: false, place: field.valuePlace)
    default:
      wrongKind(field, key, wanting: "true or false, without quotation marks")
      return nil
    }
  }

  /// A whole number. The reference cuts the fraction off a decimal one, so this does too.
  package func integer(_ key: String) -> Located<Int>? {
    guard let field = field(key), let scalar = scalar(of: field, for: key, wanting: "a number") else { return nil }
    switch scalar.resolved {
    case .integer(let value): return Located(value: Int(value), place: field.valuePlace)
    case .null: return Located(value: 0, place: field.valuePlace)
    case .float(let value):
      if let whole = Int(exactly: value.rounded(.towardZero)) { return Located(value: whole, place: field.valuePlace) }
    default: break
    }
    wrongKind(field, key, wanting: "a whole number, without quotation marks")
    return nil
  }

  /// A whole number that is not negative.
  package func count(_ key: String) -> Located<Int>? {
    // The reference takes numbers up to 2⁶⁴−1 here; beyond Int.max they all mean "more than there can be".
    if let field = field(key), let scalar = field.value.scalar, case .unsigned = scalar.resolved {
      return Located(value: .max, place: field.valuePlace)
    }
    guard let number = integer(key) else { return nil }
    guard number.value >= 0 else {
      error(.wrongKind, at: number.place, "cannot unmarshal !!int `\(number.value)` into \(key): it cannot be negative")
      return nil
    }
    return number
  }

  package func decimal(_ key: String) -> Located<Double>? {
    guard let field = field(key), let scalar = scalar(of: field, for: key, wanting: "a number") else { return nil }
    switch scalar.resolved {
    case .integer(let value): return Located(value: Double(value), place: field.valuePlace)
    case .unsigned(let value): return Located(value: Double(value), place: field.valuePlace)
    case .float(let value): return Located(value: value, place: field.valuePlace)
    case .null: return Located(value: 0, place: field.valuePlace)
    default:
      wrongKind(field, key, wanting: "a number")
      return nil
    }
  }

  /// `30s`, `1h30m`; see ``DurationText``.
  package func duration(_ key: String) -> Located<Duration>? {
    guard let field = field(key), let scalar = scalar(of: field, for: key, wanting: "a duration") else { return nil }
    if scalar.resolved == .null { return Located(value: .zero, place: field.valuePlace) }
    do throws(DurationText.Problem) {
      return Located(value: try DurationText.parse(scalar.text), place: field.valuePlace)
    } catch {
      let problem = TextProblem(error, in: scalar.text)
      self.error(
        .invalidValue, at: field.valuePlace, "\(key): \(problem.message)",
        fix: problem.suggestion ?? "write whole numbers with units, largest first: 30s, 1m30s, 250ms")
      return nil
    }
  }

  /// `10MB`, in bytes; see ``SizeText``.
  package func size(_ key: String) -> Located<Int>? {
    guard let field = field(key), let scalar = scalar(of: field, for: key, wanting: "a size") else { return nil }
    if scalar.resolved == .null { return Located(value: 0, place: field.valuePlace) }
    switch SizeText.parse(scalar.text) {
    case .success(let value): return Located(value: value, place: field.valuePlace)
    case .failure(let problem):
      error(.invalidValue, at: field.valuePlace, "\(key): \(problem.message)", fix: "write a number with a unit: 10MB")
      return nil
    }
  }

  /// The elements of a list; nil when the field is absent or empty of any value.
  package func list(_ key: String) -> [YAMLNode]? {
    guard let field = field(key), !field.value.isNull else { return nil }
    guard case .sequence(let elements) = field.value.content else {
      wrongKind(field, key, wanting: "a list")
      return nil
    }
    return elements
  }

  /// A list of texts, each with its place.
  package func texts(_ key: String) -> [Located<String>]? {
    list(key)?.compactMap { element in
      guard let scalar = element.scalar else {
        error(.wrongKind, at: element.place, "cannot unmarshal \(element.kind) into an element of \(key)")
        return nil
      }
      return Located(value: scalar.resolved == .null ? "" : scalar.text, place: element.place)
    }
  }

  /// A mapping of names to texts, in the order of the file.
  package func textMap(_ key: String) -> [(name: Located<String>, value: Located<String>)]? {
    guard let section = section(key) else { return nil }
    return section.takeFields { _ in true }.compactMap { name, field in
      guard let scalar = section.scalar(of: field, for: name, wanting: "a text") else { return nil }
      return (
        Located(value: name, place: field.key.place),
        Located(value: scalar.resolved == .null ? "" : scalar.text, place: field.valuePlace)
      )
    }
  }

  /// A section of its own; it may be empty.
  package func section(_ key: String) -> SectionReader? {
    guard let field = field(key) else { return nil }
    return SectionReader(field.value, name: key, place: field.key.place, findings: findings)
  }

  /// A section that counts as absent when it is empty.
  package func filledSection(_ key: String) -> SectionReader? {
    guard let section = section(key), !section.isNull else { return nil }
    return section
  }

  /// A list of sections. `emptyMessage` is reported for an element without a value.
  package func sections(_ key: String, emptyMessage: String) -> [SectionReader] {
    (list(key) ?? []).compactMap { element in
      if element.isNull {
        // An empty element has its place right behind the dash.
        let place = Place(line: element.place.line, column: max(1, element.place.column - 1))
        let isWritten = element.scalar?.text.isEmpty == false
        error(.missing, at: isWritten ? element.place : place, emptyMessage, fix: "fill the entry or remove the dash")
        return nil
      }
      return SectionReader(element, name: key, place: element.place, findings: findings)
    }
  }

  private func scalar(of field: YAMLField, for key: String, wanting wanted: String) -> YAMLScalar? {
    if let scalar = field.value.scalar { return scalar }
    wrongKind(field, key, wanting: wanted)
    return nil
  }

  private func wrongKind(_ field: YAMLField, _ key: String, wanting wanted: String) {
    error(
      .wrongKind, at: field.valuePlace, "cannot unmarshal \(field.value.kind) into \(key)", fix: "\(key) is \(wanted)")
  }
}

extension SectionReader {
  package func read(_ key: String, into value: inout Int) { if let found = integer(key) { value = found.value } }
  package func read(_ key: String, into value: inout Bool) { if let found = bool(key) { value = found.value } }
  package func read(_ key: String, into value: inout String) { if let found = text(key) { value = found.value } }
  package func read(_ key: String, into value: inout Duration) { if let found = duration(key) { value = found.value } }
}
