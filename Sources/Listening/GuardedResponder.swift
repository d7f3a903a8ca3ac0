import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Settings

/// Stands before a responder: the rate of requests, headers of every answer, users, the prefix of all pages. It asks for
/// the page where a client asks for its head alone.
struct GuardedResponder<Base: HTTPResponder>: HTTPResponder {
  typealias Context = Base.Context

  let base: Base
  let security: WebSecurity?
  let limiter: RateLimiter
  let prefix: String
  /// Whether a request is answered where its connection is served; others are answered on the threads that all tasks
  /// share, so that a page that takes long holds up nobody.
  let staysWithConnection: @Sendable (HTTPRequest) -> Bool

  @concurrent
  func respond(to request: Request, context: Base.Context) async throws -> Response {
    guard request.method == .head else { return try await guarded(request, context) }
    var head = request.head
    head.method = .get
    return try await guarded(Request(head: head, body: request.body), context).createHeadResponse()
  }

  @concurrent
  private func guarded(_ request: Request, _ context: Base.Context) async throws -> Response {
    guard let security else { return try await route(request, context) }
    let settings = await security.fresh().settings
    guard limiter.allows(settings.rateLimit) else { return Self.text(.tooManyRequests, "Too Many Requests\n") }
    var response: Response
    if settings.users.isEmpty {
      response = try await route(request, context)
    } else {
      switch await verdict(request, settings.users, security.passwords) {
      case .right: response = try await route(request, context)
      case .wrong:
        response = Self.text(.unauthorized, "Unauthorized\n")
        response.headers[.wwwAuthenticate] = "Basic"
      case .tooBusy:
        response = Self.text(.serviceUnavailable, "Too many passwords are being checked\n")
        response.headers[.retryAfter] = "1"
      }
    }
    for (name, value) in settings.headers {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    return response
  }

  /// The page below the prefix; `/` leads there, and nothing else is anywhere.
  @concurrent
  private func route(_ request: Request, _ context: Base.Context) async throws -> Response {
    guard prefix != "/" else { return try await answered(request, context) }
    let target = request.head.path ?? "/"
    let path = target.prefix { $0 != "?" }
    if path == "/" { return Response(status: .found, headers: [.location: prefix + "/"]) }
    guard path == prefix || path.hasPrefix(prefix + "/") else { return Self.text(.notFound, "404 page not found\n") }
    let rest = target.dropFirst(prefix.count)
    let head = Self.head(request.head, path: rest.hasPrefix("/") ? String(rest) : "/" + rest)
    let inner = Request(head: head, body: request.body)
    return try await answered(inner, context)
  }

  @concurrent
  private func answered(_ request: Request, _ context: Base.Context) async throws -> Response {
    if staysWithConnection(request.head) { return try await base.respond(to: request, context: context) }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      try await base.respond(to: request, context: context)
    }
  }

  private static func head(_ head: HTTPRequest, path: String) -> HTTPRequest {
    var head = head
    head.path = path
    return head
  }

  private func verdict(
    _ request: Request, _ users: [String: String], _ passwords: PasswordCheck
  ) async -> PasswordCheck.Verdict {
    // Of several such headers none is right: together they are no credentials.
    guard let credentials = Credentials(request.headers[.authorization]) else { return .wrong }
    return await passwords.verdict(user: credentials.user, password: credentials.password, users: users)
  }

  private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8", .contentLength: "\(text.utf8.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// The user and password of an `Authorization: Basic` header.
struct Credentials: Hashable {
  var user: String
  var password: String

  init?(_ header: String?) {
    let scheme = "basic "
    guard let header, header.prefix(scheme.count).lowercased() == scheme,
      let data = Data(base64Encoded: String(header.dropFirst(scheme.count))),
      let text = String(validating: data, as: UTF8.self),
      // A byte, since a colon and an accent behind it would be another character.
      let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    user = String(text[..<colon])
    password = String(text[text.utf8.index(after: colon)...])
  }
}
