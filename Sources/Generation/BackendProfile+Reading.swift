import AgentConfiguration
public import Diagnostics
import Settings

extension BackendProfile {
  /// A profile that cannot be read: a mistake in the file, which a test finds before anybody else does.
  public struct Unreadable: Error, CustomStringConvertible {
    public var findings: [Finding]
    public var description: String { findings.text }
  }

  /// Reads the text of one file of `Profiles`.
  ///
  /// - Parameter name: that of the file, without its ending.
  public init(name: String, text: String) throws(Unreadable) {
    let findings = FindingCollector(path: "\(name).yml")
    guard let node = YAMLParsing.document(in: text, findings: findings),
      let section = SectionReader(node, name: "the profile", place: node.place, findings: findings)
    else { throw Unreadable(findings: findings.errors) }
    self.init(name: name, section)
    guard findings.errors.isEmpty else { throw Unreadable(findings: findings.errors) }
  }

  private init(name: String, _ section: SectionReader) {
    self.name = name
    title = section.required("title")
    url = section.required("url")
    pieces = section.sections("pieces", emptyMessage: "empty piece").map(Piece.init)
    authentications = section.words("authentication")
    tenant = section.section("tenant").map(Tenant.init)
    tokenSource = section.section("oauth2").map(TokenSource.init)
    messages = (section.texts("messages") ?? []).compactMap { number in
      let message: WriteMessage? = number.value == "1" ? .version1 : number.value == "2" ? .version2 : nil
      if message == nil { section.error(.invalidValue, at: number.place, "a message is 1 or 2") }
      return message
    }
    batchMax = section.count("batch_max")?.value
    rateMax = section.count("rate_max")?.value
    ageMax = section.duration("age_max")?.value
    acceptsOutOfOrder = section.bool("out_of_order")?.value ?? false
    replicaLabel = section.required("replica_label")
    limits = section.lines("limits")
    throttling = section.required("throttling")
    caution = section.text("caution")?.value
    notes = section.lines("notes")
    sources = section.lines("sources")
    date = section.required("date")
    section.finish()
    if messages.isEmpty { section.error(.missing, at: section.place, "messages are missing") }
    if sources.isEmpty { section.error(.missing, at: section.place, "sources are missing") }
  }
}

extension BackendProfile.Piece {
  fileprivate init(_ section: SectionReader) {
    name = section.required("name")
    about = section.required("about")
    defaultValue = section.text("default")?.value
    section.finish()
  }
}

extension BackendProfile.Tenant {
  fileprivate init(_ section: SectionReader) {
    header = section.required("header")
    isRequired = section.bool("required")?.value ?? false
    about = section.required("about")
    section.finish()
  }
}

extension BackendProfile.TokenSource {
  fileprivate init(_ section: SectionReader) {
    url = section.required("token_url")
    scopes = section.lines("scopes")
    section.finish()
  }
}

extension SectionReader {
  fileprivate func required(_ key: String) -> String {
    let text = text(key)?.value ?? ""
    if text.isEmpty { error(.missing, at: place, "\(key) is missing") }
    return text
  }

  fileprivate func lines(_ key: String) -> [String] { (texts(key) ?? []).map(\.value) }

  fileprivate func words(_ key: String) -> [AuthenticationKind] {
    let kinds = (texts(key) ?? []).compactMap { word in
      let kind = AuthenticationKind(rawValue: word.value)
      if kind == nil { error(.invalidValue, at: word.place, "\(word.value) is no kind of authentication") }
      return kind
    }
    if kinds.isEmpty { error(.missing, at: place, "\(key) is missing") }
    return kinds
  }
}
