import Foundation
import NIOCore
import Settings
import Synchronization

/// The tokens of the process: for each distinct `oauth2` section one, fetched when first needed and again before it
/// expires.
final class OAuth2Tokens: Sendable {
  /// What a token was got with. Another secret in the file makes another token.
  struct Key: Hashable, Sendable, CustomStringConvertible {
    var settings: OAuth2Settings
    /// The client's secret, or its key in PEM.
    var secret: String

    var description: String { settings.description }
  }

  /// Seconds before its expiry from which a token is not used any more; as in Go's oauth2.
  static let margin: Int64 = 10
  /// One token request, from connecting to the last byte of the answer.
  static let requestTimeout = Duration.seconds(30)

  private let surroundings: Surroundings
  private let tokens: SharedRenewal<Key, AccessToken>
  /// How an endpoint wants the client's id and secret, once it has taken them.
  private let authentications = Mutex<[Key: TokenRequest.ClientAuthentication]>([:])

  init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    tokens = SharedRenewal(margin: Self.margin, now: surroundings.now)
  }

  /// Reads the secret's file anew each time.
  func key(for settings: OAuth2Settings) throws(TransportError) -> Key {
    switch settings.grant {
    case .clientCredentials(let secret):
      Key(settings: settings, secret: try SecretText.line(of: secret, purpose: "the client secret"))
    case .assertion(let assertion):
      Key(settings: settings, secret: try SecretText.lines(of: assertion.key, purpose: "the client's key"))
    }
  }

  func token(
    for key: Key, userAgent: String?, deadline: NIODeadline, over wire: @escaping Wire
  ) async throws(TransportError) -> AccessToken {
    let place = try RequestAddress(key.settings.tokenURL).place
    return try await tokens.value(for: key, place: place, deadline: deadline) {
      do throws(TransportError) {
        return .success(try await self.request(key, userAgent: userAgent, over: wire))
      } catch {
        return .failure(error)
      }
    }
  }

  /// See ``RenewalTable/renounce(_:_:at:)``.
  func renounce(_ token: AccessToken, of key: Key) -> Bool { tokens.renounce(key, token) }

  private func request(
    _ key: Key, userAgent: String?, over wire: Wire
  ) async throws(TransportError) -> Expiring<AccessToken> {
    switch key.settings.grant {
    case .assertion(let assertion):
      let now = surroundings.now()
      let text = try SignedAssertion.text(
        claims: SignedAssertion.claims(key.settings, assertion, now: now, id: UUID().uuidString.lowercased()),
        assertion, key: key.secret, place: assertion.keyPlace)
      return try await ask(TokenRequest(key.settings, assertion: text), key, userAgent: userAgent, over: wire).token()
    case .clientCredentials: return try await requestWithSecret(key, userAgent: userAgent, over: wire)
    }
  }

  /// The specification prefers basic authentication, and many endpoints take only the form: the first request tries
  /// both, and what worked is remembered.
  private func requestWithSecret(
    _ key: Key, userAgent: String?, over wire: Wire
  ) async throws(TransportError) -> Expiring<AccessToken> {
    func ask(_ authentication: TokenRequest.ClientAuthentication) async throws(TransportError) -> Answer {
      let request = TokenRequest(key.settings, secret: key.secret, authentication: authentication)
      return try await self.ask(request, key, userAgent: userAgent, over: wire)
    }
    if let known = authentications.withLock({ $0[key] }) { return try await ask(known).token() }
    let first = try await ask(.header)
    if case .token(let token) = first {
      remember(.header, for: key)
      return token
    }
    let second = try await ask(.form)
    if case .token = second { remember(.form, for: key) }
    // A first refusal about something else than the client says more than what the other form met.
    if case .refused(let error, isAboutClient: false) = first, case .refused = second { throw error }
    return try second.token()
  }

  private func remember(_ authentication: TokenRequest.ClientAuthentication, for key: Key) {
    authentications.withLock {
      if $0.count >= RenewalTable<Key, AccessToken>.entriesMax { $0.removeAll() }
      $0[key] = authentication
    }
  }

  private func ask(
    _ request: TokenRequest, _ key: Key, userAgent: String?, over wire: Wire
  ) async throws(TransportError) -> Answer {
    var headers: [(name: String, value: String)] = [("Content-Type", "application/x-www-form-urlencoded")]
    if let userAgent { headers.append(("User-Agent", userAgent)) }
    var http = key.settings.http
    http.credentials =
      request.basic.map { .basic(username: .inline($0.user), password: .inline($0.password)) } ?? .none
    let place = try RequestAddress(key.settings.tokenURL).place
    let response: HTTPResponse
    do throws(TransportError) {
      response = try await wire(
        HTTPRequest(url: key.settings.tokenURL, headers: headers, bytes: Array(request.body.utf8)), http,
        Self.requestTimeout, TokenAnswer.bytesMax)
    } catch {
      throw error.whileFetching("the oauth2 token")
    }
    switch TokenAnswer(response, now: surroundings.now()) {
    case .token(let token): return .token(token)
    case .unusable(let reason):
      let error = TransportError(
        .credentials, at: place, "the answer is no oauth2 token: \(reason)",
        remedy: "Check that token_url is the token endpoint of the right server.")
      return .refused(error, isAboutClient: false)
    case .refused(let code, let description):
      let words = QuotedWords.of(
        [code, description].filter { !$0.isEmpty }.joined(separator: ": "), hiding: request.secrets)
      let error = TransportError(
        .credentials, at: place,
        "no oauth2 token: the endpoint answered with status \(response.status)" + (words.isEmpty ? "" : ": \(words)"),
        remedy: "Check token_url, client_id, the secret or key, and scopes.")
      return .refused(error, isAboutClient: code == "invalid_client" || response.status == 401)
    }
  }

  private enum Answer {
    case token(Expiring<AccessToken>)
    /// `isAboutClient`: the id and secret were not accepted, perhaps only in this form.
    case refused(TransportError, isAboutClient: Bool)

    func token() throws(TransportError) -> Expiring<AccessToken> {
      switch self {
      case .token(let token): return token
      case .refused(let error, _): throw error
      }
    }
  }
}

extension AssertionSettings {
  /// Where the key is from, for errors.
  fileprivate var keyPlace: String {
    if case .file(let path) = key { path } else { "client_certificate_key" }
  }
}
