/// A way to say who writes; the raw value is the word on the command line and in profiles.
public enum AuthenticationKind: String, Hashable, Sendable, CaseIterable {
  case none
  case basic
  case bearerFile = "bearer-file"
  case oauth2
  case sigv4
  case azureAD = "azuread"
  case googleIAM = "google-iam"
  case mutualTLS = "mtls"

  /// The flags without which it cannot be written.
  var required: [AuthenticationFlag] {
    switch self {
    case .none, .googleIAM, .sigv4: []
    case .basic: [.username, .passwordFile]
    case .bearerFile: [.tokenFile]
    case .oauth2: [.clientID, .clientSecretFile]
    case .azureAD: [.clientID]
    case .mutualTLS: [.certFile, .keyFile]
    }
  }

  /// The flags that it takes beside those and beside the ones of TLS.
  var optional: [AuthenticationFlag] {
    switch self {
    case .none, .basic, .bearerFile, .azureAD, .mutualTLS: []
    case .oauth2: [.tokenURL, .scope]
    case .sigv4: [.awsProfile, .roleARN]
    case .googleIAM: [.credentialsFile]
    }
  }
}

/// A flag that says who writes. None of them takes a secret: secrets are in files, and files are named.
public enum AuthenticationFlag: String, Hashable, Sendable, CaseIterable {
  case username = "--username"
  case passwordFile = "--password-file"
  case tokenFile = "--token-file"
  case clientID = "--client-id"
  case clientSecretFile = "--client-secret-file"
  case tokenURL = "--token-url"
  case scope = "--scope"
  case awsProfile = "--aws-profile"
  case roleARN = "--role-arn"
  case credentialsFile = "--credentials-file"
  case caFile = "--ca-file"
  case certFile = "--cert-file"
  case keyFile = "--key-file"
  case serverName = "--server-name"

  /// What any kind may have beside its own: TLS is below who writes.
  static let ofTLS: [AuthenticationFlag] = [.caFile, .certFile, .keyFile, .serverName]
}
