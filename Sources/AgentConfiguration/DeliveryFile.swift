public import Diagnostics
import MetricModel
public import Settings

/// The file of `--godwit.config`: what Prometheus has no word for, said about entries of `remote_write` by their names.
///
///     let result = DeliveryFile.read(text: text, path: "godwit.yml", endpoints: settings.endpoints)
///     guard let endpoints = result.endpoints else { … result.errors.text … }
///
/// Every key is known or refused, and every mistake is reported with its place. Reading is a function of its inputs.
public enum DeliveryFile {
  public struct Result: Sendable {
    /// The endpoints with what the file says about them; nil when anything in it is wrong.
    public var endpoints: [EndpointSettings]?
    /// In the order of the file; all of severity error.
    public var errors: [Finding]
  }

  /// The least `max_bytes` that is not 0: 16 MiB. Whole segments expire, and a segment is an eighth of the bound; much
  /// below 2 MiB a segment would hold little beside the definitions of its series, which each one repeats.
  public static let backlogBytesLeast = 16 << 20

  /// - Parameters:
  ///   - path: how findings name the file.
  ///   - endpoints: those of `prometheus.yml`, each with a name. One that the file does not mention is left as it is.
  public static func read(text: String, path: String, endpoints: [EndpointSettings]) -> Result {
    let findings = FindingCollector(path: path)
    var result = endpoints
    if let node = YAMLParsing.document(in: text, findings: findings), !node.isNull,
      let root = SectionReader(node, name: "the configuration", place: node.place, findings: findings)
    {
      readEndpoints(in: root, into: &result)
      root.finish()
    }
    let errors = ConfigurationReader.inOrder(findings.errors)
    return Result(endpoints: errors.isEmpty ? result : nil, errors: errors)
  }

  private static func readEndpoints(in root: SectionReader, into endpoints: inout [EndpointSettings]) {
    var seen: [String: Int] = [:]
    for section in root.sections("endpoints", emptyMessage: "empty entry of endpoints") {
      let name = section.text("name")
      let delivery = DeliverySettings(section)
      guard let name, !name.value.isEmpty else {
        section.error(
          .missing, at: section.has("name") ? section.valuePlace(of: "name") : section.place,
          "an entry of endpoints has no name", fix: "add the name of the remote_write entry that it is about")
        continue
      }
      guard let index = endpoints.firstIndex(where: { $0.name == name.value }) else {
        section.error(
          .invalidValue, at: name.place, "remote_write has no endpoint called \"\(name.value)\"",
          fix: fix(for: name.value, among: endpoints.map(\.name)))
        continue
      }
      if let line = seen.updateValue(name.place.line, forKey: name.value) {
        section.error(
          .duplicateName, at: name.place, "the endpoint \"\(name.value)\" is named twice",
          fix: "put what both say into the entry in line \(line)")
      }
      endpoints[index].delivery = delivery
    }
  }

  private static func fix(for name: String, among names: [String]) -> String {
    if let nearest = NearestName.of(name, among: names) { return "did you mean `\(nearest)`?" }
    if names.isEmpty { return "there are no remote_write entries" }
    return "its names are \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", …" : "")"
  }
}

extension DeliverySettings {
  /// Reads what stands beside the name in an entry of `endpoints`.
  init(_ section: SectionReader) {
    self.init()
    if let bounds = section.filledSection("backlog") { backlog = BacklogBounds(bounds) }
    section.read("split_rejected", into: &splitRejected)
    section.read("fresh_first", into: &freshFirst)
    if let word = section.text("rw1_escaping") {
      // Of the four schemes this one changes nothing, and 1.0 forbids what it leaves.
      let schemes = NameEscaping.allCases.filter { $0 != .allowUTF8 }
      if let scheme = schemes.first(where: { $0.rawValue == word.value }) {
        rw1Escaping = scheme
      } else {
        let words = schemes.map(\.rawValue)
        section.error(
          .invalidValue, at: word.place, "rw1_escaping is not \"\(word.value)\"",
          fix: NearestName.of(word.value, among: words).map { "did you mean `\($0)`?" }
            ?? "write one of \(words.joined(separator: ", "))")
      }
    }
    if let size = section.size("quarantine_max_bytes") {
      if size.value < 0 {
        section.error(
          .invalidValue, at: size.place, "quarantine_max_bytes cannot be negative", fix: "0 keeps nothing")
      }
      quarantineBytesMax = UInt64(clamping: size.value)
    }
    section.finish()
  }
}

extension BacklogBounds {
  /// Reads `backlog`.
  init(_ section: SectionReader) {
    self.init()
    let size = section.size("max_bytes")
    if let size {
      if size.value != 0 && size.value < DeliveryFile.backlogBytesLeast {
        section.error(
          .invalidValue, at: size.place, "max_bytes must be 0 or at least 16MB",
          fix: "0 means no bound; whole segments expire, and an eighth of less would hardly be one")
      }
      bytesMax = UInt64(clamping: size.value)
    }
    section.read("max_age", into: &ageMax)
    if let word = section.text("at_cap") {
      if let policy = CapPolicy(rawValue: word.value) {
        atCap = policy
      } else {
        let words = CapPolicy.allCases.map(\.rawValue)
        section.error(
          .invalidValue, at: word.place, "at_cap is not \"\(word.value)\"",
          fix: NearestName.of(word.value, among: words).map { "did you mean `\($0)`?" }
            ?? "write \(words.joined(separator: " or "))")
      }
    }
    section.finish()
    // A max_bytes that could not be read has its own finding.
    let hasNoCap = section.has("max_bytes") ? size?.value == 0 : true
    if section.has("at_cap") && hasNoCap {
      section.error(
        .conflict, at: section.place(of: "at_cap"), "at_cap says what happens at max_bytes, and there is none",
        fix: "set max_bytes or remove at_cap")
    }
  }
}
