/// The arguments of `godwit agent` as Prometheus would have read them: what is left for the command's own parser, what
/// was given, and what has to be said about it.
///
/// Prometheus's parser differs from ours: a flag given twice is an error, each boolean has a `--no-` form, and flags of
/// the other mode end the program with 3. A pure function of the arguments.
struct ReferenceArguments: Equatable, Sendable {
  struct Refusal: Error, Equatable, CustomStringConvertible {
    /// 2 for what cannot be read, 3 for flags of the other mode, as Prometheus has it.
    var exitCode: Int32
    var description: String
  }

  struct Note: Equatable {
    enum Level { case information, warning }
    var level = Level.information
    /// The flag, or the feature in quotation marks.
    var subject: String
    var reason: String
  }

  /// For the command's own parser: the flags that work here, and whatever is not Prometheus's.
  var rest: [String] = []
  /// Values by flag, in the order of the command line.
  var given: [String: [String]] = [:]
  /// What is taken without effect.
  var notes: [Note] = []

  init() {}

  init(_ arguments: [String]) throws(Refusal) {
    var serverOnly: [String] = []
    var index = arguments.startIndex
    while index < arguments.endIndex {
      let argument = arguments[index]
      index += 1
      guard let (flag, isNegated, attached) = Self.flag(in: argument) else {
        rest.append(argument)
        continue
      }
      var value = attached
      if case .boolean = flag.kind {
        value = try Self.truth(of: flag, isNegated: isNegated, attached)
      } else if value == nil {
        guard index < arguments.endIndex, !arguments[index].hasPrefix("--") else {
          throw Refusal(exitCode: 2, description: "expected argument for flag '--\(flag.name)'")
        }
        value = arguments[index]
        index += 1
      }
      guard let value else { continue }
      try take(flag, value)
      if flag.meaning == .serverOnly { serverOnly.append("--\(flag.name)") }
    }
    if !serverOnly.isEmpty {
      let names = serverOnly.map { "\"\($0)\"" }.joined(separator: " ")
      throw Refusal(
        exitCode: 3,
        description: "The following flag(s) can not be used in agent mode: [\(names)]. They belong to a Prometheus "
          + "server, which stores and queries; remove them, an agent keeps its log at --storage.agent.path")
    }
    try takeFeatures()
  }

  /// Whether Prometheus would reload by itself when its files change.
  var reloadsAutomatically: Bool { hasFeature("auto-reload-config") }

  /// Whether each scrape says more of itself where the configuration does not say.
  var addsScrapeMetrics: Bool { hasFeature("extra-scrape-metrics") }

  private func hasFeature(_ name: String) -> Bool {
    ReferenceFeature.names(in: given["enable-feature"] ?? []).contains(name)
  }

  private static func flag(in argument: String) -> (flag: ReferenceFlag, isNegated: Bool, attached: String?)? {
    guard argument.hasPrefix("--") else { return nil }
    let text = argument.dropFirst(2)
    let name = String(text.prefix { $0 != "=" })
    let attached = name.utf8.count < text.utf8.count ? String(text.dropFirst(name.count + 1)) : nil
    if let flag = ReferenceFlag.named(name) { return (flag, false, attached) }
    guard name.hasPrefix("no-"), let flag = ReferenceFlag.named(String(name.dropFirst(3))) else { return nil }
    if case .boolean = flag.kind { return (flag, true, attached) }
    return nil
  }

  private static func truth(
    of flag: ReferenceFlag, isNegated: Bool, _ attached: String?
  ) throws(Refusal) -> String {
    let value = attached ?? "true"
    if let problem = flag.problem(with: value) {
      throw Refusal(exitCode: 2, description: "--\(flag.name): \(problem)")
    }
    return (value == "true") != isNegated ? "true" : "false"
  }

  private mutating func take(_ flag: ReferenceFlag, _ value: String) throws(Refusal) {
    if given[flag.name] != nil && !flag.isRepeatable {
      throw Refusal(exitCode: 2, description: "flag '\(flag.name)' cannot be repeated")
    }
    given[flag.name, default: []].append(value)
    if let problem = flag.problem(with: value) {
      throw Refusal(exitCode: 2, description: "--\(flag.name): \(problem)")
    }
    switch flag.meaning {
    case .works: try pass(flag, value)
    case .noEffect(let reason): notes.append(Note(subject: "--\(flag.name)", reason: reason))
    case .refused(let reason):
      // Not asking for something that is not there is fine.
      if value == "false" { return }
      throw Refusal(exitCode: 2, description: "--\(flag.name) is not built here: \(reason)")
    case .serverOnly: break
    }
  }

  private mutating func pass(_ flag: ReferenceFlag, _ value: String) throws(Refusal) {
    switch (flag.name, flag.kind) {
    case ("agent", _):
      if value == "false" {
        throw Refusal(exitCode: 3, description: "this is always an agent; --no-agent asks for a Prometheus server")
      }
    case ("enable-feature", _): break
    case (_, .boolean): if value == "true" { rest.append("--\(flag.name)") }
    default: rest.append("--\(flag.name)=\(value)")
    }
  }

  private mutating func takeFeatures() throws(Refusal) {
    for name in ReferenceFeature.names(in: given["enable-feature"] ?? []) {
      switch ReferenceFeature.all[name] {
      case .builtIn, .works: break
      case .noEffect(let reason): notes.append(Note(subject: "--enable-feature=\(name)", reason: reason))
      case .refused(let reason):
        throw Refusal(exitCode: 2, description: "--enable-feature=\(name) is not built here: \(reason)")
      case nil:
        notes.append(
          Note(
            level: .warning, subject: "--enable-feature=\(name)", reason: "Unknown option for --enable-feature"))
      }
    }
  }

  /// Flags that mean something or nothing here, with their values, under what the agent itself says of `own`.
  func shown(own: [(name: String, value: String)]) -> [(name: String, value: String)] {
    var values: [String: String] = [:]
    for flag in ReferenceFlag.all {
      switch flag.meaning {
      case .works, .noEffect: values[flag.name] = given[flag.name]?.joined(separator: ",") ?? flag.standard
      case .refused: values[flag.name] = flag.standard
      case .serverOnly: break
      }
    }
    for (name, value) in own { values[name] = value }
    return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }
}
