import HTTPTypes
import Hummingbird
import Intake
import NIOCore

/// What the agent's pages and commands need from the agent.
protocol AgentControls: Sendable {
  var isReady: Bool { get }
  var pageTitle: String { get }
  func metricsPage() -> [UInt8]
  func configurationText() -> String
  func flags() -> [(name: String, value: String)]
  func targetsPage(state: String, job: String?) -> String
  func poolsPage() -> String
  func metadataPage(_ question: MetadataQuestion) -> String
  func report() -> AgentReport
  func status() -> AgentStatus
  /// Nil when lifecycle commands are not allowed; otherwise what went wrong, empty for nothing.
  func reload() async -> String?
  func quit() -> Bool
  /// Where pushes go; nil when they are not allowed.
  var pushes: WriteRoute<PushStore>? { get }
}

struct AgentRequestContext: InitializableFromSource {
  init(source: ApplicationRequestContextSource) {}
}

/// The agent's pages, by path and method.
struct AgentResponder: HTTPResponder {
  typealias Context = AgentRequestContext

  let agent: any AgentControls

  /// Pushes are collected where they arrive: what takes long of them has threads of its own.
  @Sendable
  static func staysWithConnection(_ request: HTTPRequest) -> Bool {
    request.path.map(PushGathering.paths.contains) ?? false
  }

  func respond(to request: Request, context: AgentRequestContext) async throws -> Response {
    switch (request.uri.path, request.method) {
    case ("/metrics", .get):
      return Self.answer(.ok, agent.metricsPage(), type: "text/plain; version=0.0.4; charset=utf-8")
    case ("/-/healthy", .get): return Self.text(.ok, "Godwit is Healthy.\n")
    case ("/-/ready", .get):
      return agent.isReady
        ? Self.text(.ok, "Godwit is Ready.\n") : Self.text(.serviceUnavailable, "Service Unavailable\n")
    case ("/-/reload", .post), ("/-/reload", .put): return await reload()
    case ("/-/quit", .post), ("/-/quit", .put):
      return agent.quit()
        ? Self.text(.ok, "Requesting termination... Goodbye!\n") : Self.text(.forbidden, Self.lifecycleIsOff)
    case ("/api/v1/write", _), ("/api/v1/push", _):
      guard let pushes = agent.pushes else { return Self.text(.notFound, Self.receiverIsOff) }
      return try await pushes.respond(to: request)
    case ("/api/v1/targets", .get):
      let state = request.uri.queryParameters["state"].map { $0.lowercased() } ?? "any"
      return Self.json(agent.targetsPage(state: state, job: request.uri.queryParameters["scrapePool"].map(String.init)))
    case ("/api/v1/scrape_pools", .get): return Self.json(agent.poolsPage())
    case ("/api/v1/metadata", .get): return metadata(request)
    case ("/api/v1/status", .get): return Self.json(StatusPages.overview(agent.status()))
    case ("/api/v1/status/config", .get): return Self.json(StatusPages.configuration(agent.configurationText()))
    case ("/api/v1/status/flags", .get): return Self.json(StatusPages.flags(agent.flags()))
    case ("/api/v1/status/buildinfo", .get): return Self.json(StatusPages.buildInformation())
    case ("/api/v1/status/delivery", .get): return Self.json(StatusPages.endpoints(agent.report()))
    case ("/", .get): return Self.text(.ok, "\(agent.pageTitle)\n\n\(Self.frontPage)")
    case ("/api/v1/query", _), ("/api/v1/query_range", _), ("/api/v1/series", _), ("/api/v1/labels", _),
      ("/api/v1/rules", _), ("/api/v1/alerts", _), ("/api/v1/status/tsdb", _):
      return Self.json(
        StatusPages.error("execution", "unavailable with an agent: ask the endpoint that it writes to"),
        status: .unprocessableContent)
    default: return Self.unknown(request.uri.path)
    }
  }

  /// The methods of pages that answer to some alone.
  private static let methods: [String: String] = {
    let pages = [
      "/", "/metrics", "/-/healthy", "/-/ready", "/api/v1/targets", "/api/v1/scrape_pools", "/api/v1/metadata",
      "/api/v1/status", "/api/v1/status/config", "/api/v1/status/flags", "/api/v1/status/buildinfo",
      "/api/v1/status/delivery",
    ]
    let commands = ["/-/reload": "POST, PUT", "/-/quit": "POST, PUT"]
    return commands.merging(pages.map { ($0, "GET, HEAD") }) { $1 }
  }()

  private static func unknown(_ path: String) -> Response {
    guard let methods = methods[path] else { return text(.notFound, "There is nothing at \(path).\n") }
    var response = text(.methodNotAllowed, "\(path) answers to \(methods).\n")
    response.headers[.allow] = methods
    return response
  }

  private static let lifecycleIsOff = "Lifecycle API is not enabled. Start with --web.enable-lifecycle.\n"

  private static let receiverIsOff =
    "The remote write receiver is not enabled. Start with --web.enable-remote-write-receiver.\n"

  private static let frontPage = """
    Godwit agent: scrapes metrics and ships them by Prometheus Remote Write.

    GET  /metrics                    the agent's own metrics
    GET  /api/v1/targets             what is scraped, and how it does
    GET  /api/v1/scrape_pools        the names of the jobs
    GET  /api/v1/metadata            what targets say about their metrics
    GET  /api/v1/status              what is wrong now, and how the log stands
    GET  /api/v1/status/delivery     what each endpoint has, in samples
    GET  /api/v1/status/config       the configuration, without its secrets
    GET  /api/v1/status/flags        the flags
    GET  /api/v1/status/buildinfo    the version
    GET  /-/healthy, /-/ready
    POST /-/reload, /-/quit          with --web.enable-lifecycle
    POST /api/v1/write               takes remote write, with --web.enable-remote-write-receiver
                                     (also /api/v1/push)

    """

  private func metadata(_ request: Request) -> Response {
    let parameters = request.uri.queryParameters
    do throws(MetadataQuestion.Refused) {
      return Self.json(
        agent.metadataPage(try MetadataQuestion { parameters[Substring($0)].map(String.init) }))
    } catch {
      return Self.json(StatusPages.error("bad_data", error.message), status: .badRequest)
    }
  }

  private func reload() async -> Response {
    guard let problem = await agent.reload() else { return Self.text(.forbidden, Self.lifecycleIsOff) }
    if problem.isEmpty { return Self.text(.ok, "") }
    return Self.text(.internalServerError, "failed to reload config: \(problem)\n")
  }

  private static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    answer(status, Array(text.utf8), type: "application/json")
  }

  private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
    answer(status, Array(text.utf8), type: "text/plain; charset=utf-8")
  }

  private static func answer(_ status: HTTPResponse.Status, _ bytes: [UInt8], type: String) -> Response {
    Response(
      status: status, headers: [.contentType: type, .contentLength: "\(bytes.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
