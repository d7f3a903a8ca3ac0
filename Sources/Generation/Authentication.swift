/// Who writes, with everything that it takes: what could be parsed cannot lack a file.
enum Authentication: Hashable {
  case none
  case basic(username: String, passwordFile: String)
  case bearer(file: String)
  case oauth2(clientID: String, secretFile: String, tokenURL: String, scopes: [String])
  case sigv4(region: String, profile: String?, roleARN: String?)
  case azureAD(clientID: String)
  case googleIAM(file: String?)

  /// - Parameters:
  ///   - values: what was given; a flag that this kind has no use for is refused.
  ///   - pieces: those of the address, of which a region and a directory are needed here too.
  init(
    _ kind: AuthenticationKind, values: [AuthenticationFlag: [String]], pieces: [String: String],
    profile: BackendProfile, consumer: Consumer
  ) throws(GenerationProblem) {
    let known = kind.required + kind.optional + AuthenticationFlag.ofTLS
    for flag in AuthenticationFlag.allCases where values[flag] != nil && !known.contains(flag) {
      throw GenerationProblem(
        "\(flag.rawValue) says nothing with --auth \(kind.rawValue)", fix: Self.fix(for: flag, instead: kind))
    }
    func value(_ flag: AuthenticationFlag) throws(GenerationProblem) -> String {
      guard let value = values[flag]?.first, !value.isEmpty else {
        throw GenerationProblem("--auth \(kind.rawValue) needs \(flag.rawValue)", fix: "give \(flag.rawValue)")
      }
      return value
    }
    for flag in kind.required { _ = try value(flag) }
    switch kind {
    case .none, .mutualTLS: self = .none
    case .basic: self = .basic(username: try value(.username), passwordFile: try value(.passwordFile))
    case .bearerFile: self = .bearer(file: try value(.tokenFile))
    case .oauth2:
      var tokenURL = values[.tokenURL]?.first
      if tokenURL == nil, let source = profile.tokenSource {
        tokenURL = try EndpointAddress.filled(source.url, pieces: pieces, of: profile)
      }
      guard let tokenURL else {
        throw GenerationProblem("--auth oauth2 needs to know who gives tokens", fix: "give --token-url")
      }
      self = .oauth2(
        clientID: try value(.clientID), secretFile: try value(.clientSecretFile), tokenURL: tokenURL,
        scopes: values[.scope] ?? profile.tokenSource?.scopes ?? [])
    case .sigv4:
      guard let region = pieces["region"] else {
        throw GenerationProblem("requests are signed for a region", fix: "give --region")
      }
      self = .sigv4(region: region, profile: values[.awsProfile]?.first, roleARN: values[.roleARN]?.first)
    case .azureAD:
      try Self.require(.azureAD, of: consumer, "azuread", instead: "use --auth oauth2 with the same application")
      self = .azureAD(clientID: try Self.identifier(try value(.clientID)))
    case .googleIAM:
      try Self.require(.googleIAM, of: consumer, "google_iam", instead: "use --auth bearer-file")
      self = .googleIAM(file: values[.credentialsFile]?.first)
    }
  }

  /// Prometheus refuses a client of Azure that is no UUID.
  private static func identifier(_ text: String) throws(GenerationProblem) -> String {
    let bytes = Array(text.utf8)
    let isUUID =
      bytes.count == 36
      && bytes.indices.allSatisfy { index in
        [8, 13, 18, 23].contains(index)
          ? bytes[index] == UInt8(ascii: "-") : Character(Unicode.Scalar(bytes[index])).isHexDigit
      }
    guard isUUID else { throw GenerationProblem("--client-id is no UUID", fix: "give the client id of the identity") }
    return text
  }

  private static func fix(for flag: AuthenticationFlag, instead kind: AuthenticationKind) -> String {
    let owners = AuthenticationKind.allCases.filter { ($0.required + $0.optional).contains(flag) }
    return "leave it out, or use --auth \(owners.map(\.rawValue).joined(separator: " or "))"
  }

  private static func require(
    _ feature: Consumer.Feature, of consumer: Consumer, _ section: String, instead: String
  ) throws(GenerationProblem) {
    guard !consumer.knows(feature) else { return }
    throw GenerationProblem(
      "\(consumer) has no \(section)", fix: "\(instead), or write for prometheus:\(feature.since)")
  }

  /// The section that says it, below an entry of `remote_write`.
  func write(to yaml: inout CommentedYAML, indent: Int) {
    func scalar(_ text: String) -> String { CommentedYAML.scalar(text) }
    switch self {
    case .none: break
    case .basic(let username, let passwordFile):
      yaml.comment("The password stays in its file, which is read again with each request.", indent: indent)
      yaml.line("basic_auth:", indent: indent)
      yaml.field("username", scalar(username), indent: indent + 2)
      yaml.field("password_file", scalar(passwordFile), indent: indent + 2)
    case .bearer(let file):
      yaml.comment("The token stays in its file, which is read again with each request.", indent: indent)
      yaml.line("authorization:", indent: indent)
      yaml.field("type", "Bearer", indent: indent + 2)
      yaml.field("credentials_file", scalar(file), indent: indent + 2)
    case .oauth2(let clientID, let secretFile, let tokenURL, let scopes):
      yaml.comment("A token is fetched before the last one expires; the secret stays in its file.", indent: indent)
      yaml.line("oauth2:", indent: indent)
      yaml.field("client_id", scalar(clientID), indent: indent + 2)
      yaml.field("client_secret_file", scalar(secretFile), indent: indent + 2)
      yaml.field("token_url", scalar(tokenURL), indent: indent + 2)
      if !scopes.isEmpty {
        yaml.line("scopes:", indent: indent + 2)
        for scope in scopes { yaml.line("- \(scalar(scope))", indent: indent + 4) }
      }
    case .sigv4(let region, let profile, let roleARN):
      yaml.comment(
        "Requests are signed with credentials from the environment, the machine or the pod; none stand here.",
        indent: indent)
      yaml.line("sigv4:", indent: indent)
      yaml.field("region", scalar(region), indent: indent + 2)
      if let profile { yaml.field("profile", scalar(profile), indent: indent + 2) }
      if let roleARN { yaml.field("role_arn", scalar(roleARN), indent: indent + 2) }
    case .azureAD(let clientID):
      yaml.comment("The user-assigned identity of the machine or the pod.", indent: indent)
      yaml.line("azuread:", indent: indent)
      yaml.field("cloud", "AzurePublic", indent: indent + 2)
      yaml.line("managed_identity:", indent: indent + 2)
      yaml.field("client_id", scalar(clientID), indent: indent + 4)
    case .googleIAM(let file):
      yaml.comment("Without a file the identity is that of the machine or the pod.", indent: indent)
      guard let file else { return yaml.line("google_iam: {}", indent: indent) }
      yaml.line("google_iam:", indent: indent)
      yaml.field("credentials_file", scalar(file), indent: indent + 2)
    }
  }
}
