import NIOCore
import Settings

/// Finds out what shows a server who we are. One serves the whole process: tokens and temporary credentials are shared
/// by all requests with the same settings.
final class Authorizer: Sendable {
  private let surroundings: Surroundings
  private let tokens: OAuth2Tokens
  private let cloud: AWSCredentialFetch

  init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    tokens = OAuth2Tokens(surroundings)
    cloud = AWSCredentialFetch(surroundings)
  }

  /// Seconds since 1970.
  var now: Int64 { surroundings.now() }

  /// - Parameters:
  ///   - address: where the request goes; user info in it counts where the settings name no credentials.
  ///   - userAgent: what the request calls itself, for the token request.
  ///   - deadline: of the request.
  ///   - wire: reaches whoever gives out tokens and credentials.
  func proof(
    for credentials: HTTPClientSettings.Credentials, at address: RequestAddress, userAgent: String?,
    deadline: NIODeadline, over wire: @escaping Wire
  ) async throws(TransportError) -> Proof {
    if let proof = try Proof(saidBy: credentials, at: address) { return proof }
    switch credentials {
    case .none, .basic, .authorization: return .none
    case .oauth2(let settings):
      let key = try tokens.key(for: settings)
      return .token(try await tokens.token(for: key, userAgent: userAgent, deadline: deadline, over: wire), key)
    case .sigV4(let settings):
      let plan = try cloud.plan(settings)
      let credentials = try await cloud.credentials(plan, deadline: deadline, over: wire)
      return .signature(
        SignatureVersion4(credentials: credentials, region: plan.region, service: settings.service))
    }
  }

  /// Another proof after a server refused `proof` with 401; nil where asking again would bring the same.
  ///
  /// A token may be revoked long before it expires, and to the sender of a batch a 401 is final.
  func replacement(
    for proof: Proof, userAgent: String?, deadline: NIODeadline, over wire: @escaping Wire
  ) async throws(TransportError) -> Proof? {
    guard case .token(let token, let key) = proof, tokens.renounce(token, of: key) else { return nil }
    let next = try await tokens.token(for: key, userAgent: userAgent, deadline: deadline, over: wire)
    return next == token ? nil : .token(next, key)
  }
}
