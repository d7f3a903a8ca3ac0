/// `sigv4`: requests are signed with AWS Signature Version 4. What is nil is looked for where AWS's own tools look.
public struct SigV4Settings: Hashable, Sendable {
  /// nil: from the environment or the profile.
  public var region: String?
  /// nil: from the environment, the profile, or the machine.
  public var keys: Keys?
  /// The profile in the shared files of AWS; nil: from the environment, or `default`.
  public var profile: String?
  /// A role to take on with the credentials found.
  public var roleARN: String?
  /// What the owner of the role demands to hear.
  public var externalID: String?
  public var usesFIPSEndpoint = false
  /// The name of the service in the signature.
  public var service = "aps"

  public init() {}

  /// An access key and its secret.
  public struct Keys: Hashable, Sendable {
    public var accessKey: String
    public var secretKey: Secret
    public init(accessKey: String, secretKey: Secret) {
      self.accessKey = accessKey
      self.secretKey = secretKey
    }
  }
}
