/// What proposed rules are to reach.
public struct RelabelGoal: Hashable, Sendable {
  /// Labels whose several spellings become one name.
  public struct Renaming: Hashable, Sendable {
    public var to: String
    public var from: [String]

    public init(to: String, from: [String]) {
      self.to = to
      self.from = from
    }
  }

  /// Series that may be left, at most.
  public var budget: Int?
  /// Labels to lose.
  public var lost: [String] = []
  public var renamings: [Renaming] = []
  /// Labels whose values are to be written in one way: ids in them as `:id`, letters of either case as lower case.
  public var normalised: [String] = []
  /// Whether rules may give series the same labels to reach the budget; otherwise only whole metrics are dropped.
  public var mayMerge = true

  public init() {}

  public var isEmpty: Bool { budget == nil && lost.isEmpty && renamings.isEmpty && normalised.isEmpty }

  /// Takes `LABEL`, or `LABEL=SPELLING,SPELLING…`.
  ///
  /// - Throws: ``RelabelReviewError`` where a name is empty.
  public mutating func addNormalisation(_ text: String) throws {
    guard let equals = text.firstIndex(of: "=") else {
      if text.isEmpty { throw RelabelReviewError.argument("--normalise needs the name of a label") }
      normalised.append(text)
      return
    }
    try addRenaming(to: text[..<equals], from: text[text.index(after: equals)...].split(separator: ","), of: text)
  }

  /// Takes `OLD=NEW`.
  ///
  /// - Throws: ``RelabelReviewError`` where it is not that.
  public mutating func addRenaming(_ text: String) throws {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw RelabelReviewError.argument("\"\(text)\" is no OLD=NEW") }
    try addRenaming(to: parts[1], from: [parts[0]], of: text)
  }

  private mutating func addRenaming(to name: Substring, from spellings: [Substring], of text: String) throws {
    let from = spellings.map { $0.filter { $0 != " " } }.filter { $0 != name }
    guard !name.isEmpty, !from.isEmpty, !from.contains("") else {
      throw RelabelReviewError.argument("\"\(text)\" lacks the name of a label on one side")
    }
    renamings.append(Renaming(to: String(name), from: from))
  }
}
