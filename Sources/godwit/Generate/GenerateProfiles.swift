import ArgumentParser
import Generation
import Settings

/// `godwit generate profiles`: the backends that are known.
struct GenerateProfiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles", abstract: "List the backends that are known: address, authentication, messages, limits.",
    discussion: """
      The first kind of authentication is the usual one. Every profile has the places where its facts were read and \
      the day they were checked.

      Examples:
        godwit generate profiles
        godwit generate profiles --backend amazon
        godwit generate profiles --format json

      \(AnswerFlags.exits)
      """)

  @Option(help: "Show all that is known of this one.")
  var backend: String?

  @OptionGroup var answers: AnswerFlags

  func run() async throws {
    let profiles = try await Self.attempt {
      let all = try BackendProfiles()
      guard let backend else { return all }
      return all.only(try all.named(backend))
    }
    try answers.give(profiles.answer) { paint in
      backend == nil ? Self.table(of: profiles.all, paint) : profiles.all.flatMap { Self.page(of: $0, paint) }
    }
  }

  private static func table(of profiles: [BackendProfile], _ paint: Paint) -> [String] {
    var table = Table([
      ("name", .left), ("backend", .left), ("authentication", .left), ("tenant", .left), ("message", .left),
      ("samples/s", .right), ("checked", .left),
    ])
    for profile in profiles {
      table.add([
        profile.name, profile.title, profile.authentications.map(\.rawValue).joined(separator: ", "),
        profile.tenant?.header ?? (profile.pieces.contains { $0.name == "tenant" } ? "in the path" : ""),
        messages(of: profile), profile.rateMax.map { Figure.grouped($0) } ?? "", profile.date,
      ])
    }
    return table.lines(paint)
  }

  private static func messages(of profile: BackendProfile) -> String {
    profile.messages.map { $0 == .version1 ? "1.0" : "2.0" }.joined(separator: ", ")
  }

  private static func page(of profile: BackendProfile, _ paint: Paint) -> [String] {
    var lines = [paint(profile.title, .strong), "  \(profile.url)"]
    for piece in profile.pieces {
      lines.append("  \(piece.flag): \(piece.about)\(piece.defaultValue.map { " (default: \($0))" } ?? "")")
    }
    lines.append("authentication: \(profile.authentications.map(\.rawValue).joined(separator: ", "))")
    if let tenant = profile.tenant {
      lines.append("tenant: \(tenant.header), \(tenant.isRequired ? "required" : "not required"); \(tenant.about)")
    }
    lines.append("messages: \(messages(of: profile))")
    lines += profile.limits.map { "limit: \($0)" }
    lines.append("too much: \(profile.throttling)")
    if let caution = profile.caution { lines.append(paint("caution: \(caution)", .warning)) }
    lines += profile.notes.map { "note: \($0)" }
    lines += profile.sources.map { paint("source: \($0), \(profile.date)", .faint) }
    return lines
  }
}
