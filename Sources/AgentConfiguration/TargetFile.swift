public import Diagnostics
public import Settings

/// A document of file service discovery: a list of mappings with `targets` and `labels`, in YAML or JSON.
///
///     let result = TargetFile.read(text: #"[{"targets": ["a:9100"], "labels": {"job": "node"}}]"#, path: "t.json")
public enum TargetFile {
  public struct Result: Sendable {
    /// The groups, in order; nil when anything is wrong, since half a list would drop targets that still exist.
    public var groups: [TargetGroup]?
    public var errors: [Finding]
  }

  /// - Parameter path: how findings name the file; a name that ends in `.json` asks for JSON's stricter kinds.
  public static func read(text: String, path: String) -> Result {
    read(text: text, path: path, isJSON: path.lowercased().hasSuffix(".json"))
  }

  /// - Parameters:
  ///   - path: how findings name where the document comes from.
  ///   - isJSON: whether to ask for JSON's stricter kinds.
  public static func read(text: String, path: String, isJSON: Bool) -> Result {
    let findings = FindingCollector(path: path)
    let groups = groups(in: isJSON ? JSONEscapes.joiningSurrogates(text) : text, isJSON: isJSON, findings: findings)
    return Result(groups: findings.errors.isEmpty ? groups : nil, errors: findings.errors)
  }

  private static func groups(in text: String, isJSON: Bool, findings: FindingCollector) -> [TargetGroup] {
    guard let node = YAMLParsing.document(in: text, findings: findings), !node.isNull else {
      // "null" is a list that is not there; some servers say that instead of an empty one.
      let isNull = text.utf8.filter { $0 > 0x20 }.elementsEqual("null".utf8)
      if isJSON && !isNull && findings.errors.isEmpty {
        findings.error(.syntax, at: .start, "unexpected end of JSON input", fix: "write [] for no targets")
      }
      return []
    }
    guard case .sequence(let elements) = node.content else {
      findings.error(
        .wrongKind, at: node.place, "cannot unmarshal \(node.kind) into a list of target groups",
        fix: "the document is a list of {targets, labels}")
      return []
    }
    if isJSON { checkTexts(in: node, findings: findings) }
    return elements.enumerated().compactMap { index, element in
      guard !element.isNull else {
        findings.error(.missing, at: element.place, "nil target group item found (index \(index))")
        return nil
      }
      return SectionReader(element, name: "target group", place: element.place, findings: findings)
        .map { TargetGroup($0, addressesAreFinal: false) }
    }
  }

  /// JSON tells numbers from texts, where YAML takes either.
  private static func checkTexts(in node: YAMLNode, findings: FindingCollector) {
    switch node.content {
    case .sequence(let elements): for element in elements { checkTexts(in: element, findings: findings) }
    case .mapping(let fields): for field in fields { checkTexts(in: field.value, findings: findings) }
    case .scalar(let scalar):
      guard scalar.isPlain, scalar.resolved != .null else { return }
      findings.error(
        .wrongKind, at: node.place, "cannot unmarshal \(node.kind) into a text", fix: "put it between quotation marks")
    }
  }
}

/// What JSON's strings can say and YAML's cannot.
enum JSONEscapes {
  /// Replaces pairs such as `\ud83d\ude00` by the character they stand for; YAML has no pairs.
  static func joiningSurrogates(_ text: String) -> String {
    guard text.utf8.contains(0x5c) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if let high = unit(in: bytes, at: index), (0xD800..<0xDC00).contains(high),
        let low = unit(in: bytes, at: index + 6), (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      {
        result += Array(String(Character(scalar)).utf8)
        index += 12
      } else {
        // An escaped backslash must not make the next one look like the start of an escape.
        let count = bytes[index] == 0x5c && index + 1 < bytes.count ? 2 : 1
        result += bytes[index..<(index + count)]
        index += count
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func unit(in bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == 0x5c, bytes[index + 1] == 0x75 else { return nil }
    let digits = bytes[(index + 2)..<(index + 6)]
    guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
