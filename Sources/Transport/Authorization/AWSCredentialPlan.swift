import Settings

/// Where credentials for AWS come from, and for which region they sign.
///
/// It is decided as AWS's own libraries do: from the section, the environment, the shared files, the container, the
/// machine. Deciding asks nobody.
struct AWSCredentialPlan: Hashable, Sendable {
  indirect enum Source: Hashable, Sendable {
    case fixed(AWSCredentials)
    /// A token from a file in return for the credentials of a role.
    case webIdentity(tokenFile: String, roleARN: String, sessionName: String?)
    /// The agent of a container, at this URL.
    case container(url: String)
    /// The metadata service of the machine.
    case instance
    /// A role that is taken on with the credentials of `base`.
    case role(arn: String, externalID: String?, sessionName: String?, base: Source)
  }

  var region: String
  var source: Source
  /// The security token service.
  var stsURL: String

  /// Why there are no credentials.
  struct Problem: Error, Equatable {
    var message: String
    var remedy: String
  }

  init(
    _ settings: SigV4Settings, profiles: AWSProfiles, variable: @escaping (String) -> String?
  ) throws(Problem) {
    let finder = Finder(profiles: profiles, variable: variable)
    let named = settings.profile ?? variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE")
    if let named, profiles.byName[named] == nil {
      throw Problem(
        message: "there is no profile \"\(named.prefix(64))\" in the shared files of AWS",
        remedy: "Check profile, AWS_PROFILE, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.")
    }
    let region =
      settings.region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION")
      ?? profiles.byName[named ?? "default"]?["region"]
    guard let region, Self.isRegion(region) else {
      throw Problem(
        message: region == nil
          ? "no region: neither sigv4.region, nor AWS_REGION, nor the profile names one" : "the region is not a word",
        remedy: "Write sigv4.region, for example us-east-1.")
    }
    self.region = region
    var source = try finder.source(settings, profile: named)
    if let role = settings.roleARN {
      source = .role(arn: role, externalID: settings.externalID, sessionName: nil, base: source)
    }
    self.source = source
    stsURL =
      variable("AWS_ENDPOINT_URL_STS") ?? variable("AWS_ENDPOINT_URL")
      ?? Self.stsURL(region: region, fips: settings.usesFIPSEndpoint)
  }

  static func stsURL(region: String, fips: Bool) -> String {
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    return "https://sts\(fips ? "-fips" : "").\(region).\(domain)/"
  }

  /// It becomes part of a host name and of the signature.
  private static func isRegion(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { PercentEncoding.isUnreserved($0) && $0 != UInt8(ascii: "~") }
  }

  private struct Finder {
    var profiles: AWSProfiles
    var variable: (String) -> String?

    func source(_ settings: SigV4Settings, profile named: String?) throws(Problem) -> Source {
      if let keys = settings.keys {
        guard case .inline(let secret) = keys.secretKey else {
          throw Problem(message: "secret_key must stand in the section itself", remedy: "Use a profile for files.")
        }
        return .fixed(AWSCredentials(accessKey: keys.accessKey, secretKey: secret))
      }
      // A profile that the section names comes before the environment.
      if let profile = settings.profile { return try source(ofProfile: profile) }
      if let credentials = environmentCredentials { return .fixed(credentials) }
      if let file = variable("AWS_WEB_IDENTITY_TOKEN_FILE") {
        guard let role = variable("AWS_ROLE_ARN") else {
          throw Problem(
            message: "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not", remedy: "Set both, or neither.")
        }
        return .webIdentity(tokenFile: file, roleARN: role, sessionName: variable("AWS_ROLE_SESSION_NAME"))
      }
      let profile = named ?? "default"
      return profiles.byName[profile] == nil ? try surroundings() : try source(ofProfile: profile)
    }

    private var environmentCredentials: AWSCredentials? {
      guard let access = variable("AWS_ACCESS_KEY_ID") ?? variable("AWS_ACCESS_KEY"),
        let secret = variable("AWS_SECRET_ACCESS_KEY") ?? variable("AWS_SECRET_KEY")
      else { return nil }
      return AWSCredentials(accessKey: access, secretKey: secret, sessionToken: variable("AWS_SESSION_TOKEN"))
    }

    /// What container or machine have.
    private func surroundings() throws(Problem) -> Source {
      if let url = try containerURL() { return .container(url: url) }
      guard variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
        throw Problem(
          message: "no credentials in the sigv4 section, in AWS_ACCESS_KEY_ID, in AWS_WEB_IDENTITY_TOKEN_FILE, in the "
            + "shared files or from a container, and AWS_EC2_METADATA_DISABLED forbids asking the machine",
          remedy: "Write access_key and secret_key, or name a profile.")
      }
      return .instance
    }

    private func containerURL() throws(Problem) -> String? {
      if let path = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        // Without the slash it could go on with the host: `.example.com`, or `@example.com`.
        guard path.hasPrefix("/") else {
          throw Problem(
            message: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash",
            remedy: "Unset it, or put one in front.")
        }
        return "http://169.254.170.2" + path
      }
      guard let url = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
      let address = try? RequestAddress(url)
      // Over plain http the credentials may only come from this machine, as AWS's libraries demand.
      let hosts = ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
      let isLoopback: (String) -> Bool = { $0.hasPrefix("127.") && $0.utf8.allSatisfy { $0 < 0x3a } }
      guard let address,
        address.scheme == "https" || hosts.contains(address.host) || isLoopback(address.host)
      else {
        throw Problem(
          message: "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor on this machine",
          remedy: "Unset it, or use an address that is.")
      }
      return url
    }

    private func source(ofProfile name: String, after visited: Set<String> = []) throws(Problem) -> Source {
      guard let profile = profiles.byName[name] else {
        throw Problem(
          message: "there is no profile \"\(name.prefix(64))\" in the shared files of AWS",
          remedy: "Check source_profile.")
      }
      guard !visited.contains(name) else {
        throw Problem(
          message: "the profile \"\(name.prefix(64))\" leads back to itself", remedy: "Check source_profile.")
      }
      var base: Source
      if let source = profile["source_profile"], source != name {
        base = try self.source(ofProfile: source, after: visited.union([name]))
      } else if let access = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] {
        base = .fixed(
          AWSCredentials(accessKey: access, secretKey: secret, sessionToken: profile["aws_session_token"]))
      } else if let source = profile["credential_source"] {
        base = try self.source(called: source)
      } else if let file = profile["web_identity_token_file"], let role = profile["role_arn"] {
        return .webIdentity(tokenFile: file, roleARN: role, sessionName: profile["role_session_name"])
      } else if let key = ["credential_process", "sso_session", "sso_start_url", "login_session"].first(
        where: { profile[$0] != nil })
      {
        throw Problem(
          message: "the profile \"\(name.prefix(64))\" uses \(key), which is not supported",
          remedy: "Use keys, a role, a web identity, or the role of the machine.")
      } else {
        base = try surroundings()
      }
      guard let role = profile["role_arn"] else { return base }
      guard profile["mfa_serial"] == nil else {
        throw Problem(
          message: "the profile \"\(name.prefix(64))\" wants a code from a person (mfa_serial)",
          remedy: "Use a role that an agent can take on alone.")
      }
      return .role(
        arn: role, externalID: profile["external_id"], sessionName: profile["role_session_name"], base: base)
    }

    private func source(called name: String) throws(Problem) -> Source {
      switch name.lowercased() {
      case "environment":
        if let credentials = environmentCredentials { return .fixed(credentials) }
        throw Problem(
          message: "credential_source is Environment, and AWS_ACCESS_KEY_ID is not set", remedy: "Set it.")
      case "ec2instancemetadata": return .instance
      case "ecscontainer":
        if let url = try containerURL() { return .container(url: url) }
        throw Problem(
          message: "credential_source is EcsContainer, and this is no such container",
          remedy: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI names where to ask.")
      default:
        throw Problem(
          message: "unknown credential_source", remedy: "One of Environment, Ec2InstanceMetadata, EcsContainer.")
      }
    }
  }
}
