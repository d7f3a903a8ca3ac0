import NIOHTTP1
import Settings

/// What shows a server who we are, ready to be put on a request.
enum Proof: Sendable {
  /// Nothing, or what the caller wrote into the headers.
  case none
  /// A value of `Authorization`.
  case header(String)
  case token(AccessToken, OAuth2Tokens.Key)
  case signature(SignatureVersion4)

  /// What the settings say themselves, or else the address; nil where somebody has to be asked.
  init?(saidBy credentials: HTTPClientSettings.Credentials, at address: RequestAddress) throws(TransportError) {
    switch credentials {
    case .none:
      self = address.userInfo.map { .header(CredentialHeader.basic(user: $0.user, password: $0.password)) } ?? .none
    case .basic(let username, let password):
      self = .header(try CredentialHeader.basic(user: username, password: password))
    case .authorization(let type, let credentials):
      self = .header(try CredentialHeader.typed(type, credentials))
    case .oauth2, .sigV4: return nil
    }
  }

  /// Puts it on a request, or anew on one that a redirect of the same server has changed.
  ///
  /// - Parameter now: seconds since 1970.
  func put(on exchange: inout Exchange, to address: RequestAddress, now: Int64) {
    switch self {
    case .none: break
    case .header(let value): exchange.headers.replaceOrAdd(name: "Authorization", value: value)
    case .token(let token, _): exchange.headers.replaceOrAdd(name: "Authorization", value: token.headerValue)
    case .signature(let signature):
      let headers = RequestSignature(signature, time: now).headers(
        method: exchange.method.rawValue, address: address,
        headers: exchange.headers.map { (name: $0.name, value: $0.value) },
        body: exchange.body ?? [])
      exchange.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
    }
  }

  /// After a redirect, which has taken `Authorization` away where it leads to another server.
  func follow(_ exchange: inout Exchange, to address: RequestAddress, now: Int64) {
    guard case .signature = self else { return }
    if exchange.headers.contains(name: "Authorization") { put(on: &exchange, to: address, now: now) }
  }
}
