import NIOCore
import NIOHTTP1
import RemoteWriteProtocol

/// Answers the requests of one connection.
final class BenchHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let server: BenchServer
  private var head: HTTPRequestHead?
  /// The client wants no other request answered on this connection.
  private var isLast = false
  private var body: [UInt8] = []
  private var message: [UInt8] = []
  private var isTooLarge = false

  init(_ server: BenchServer) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      isLast = !head.isKeepAlive
      body.removeAll(keepingCapacity: true)
      isTooLarge = false
    case .body(let part):
      isTooLarge = isTooLarge || body.count + part.readableBytes > BenchServer.bodyBytesMax
      if !isTooLarge { body.append(contentsOf: part.readableBytesView) }
    case .end:
      guard let head else { return }
      self.head = nil
      answer(head, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let path = head.uri.prefix { $0 != "?" }
    switch (head.method, path) {
    case (.POST, "/api/v1/write"): take(head, context)
    case (.GET, "/figures"):
      send(context, .ok, type: "application/json", Array((BenchFigures(server).json + "\n").utf8))
    case (.GET, "/targets"): send(context, .ok, type: "application/json", Array(server.targetList.utf8))
    default:
      if head.method == .GET, path.hasPrefix("/target/"), let page = server.pages?.page(at: path) {
        send(context, .ok, type: "text/plain; version=0.0.4; charset=utf-8", page)
      } else {
        send(context, .notFound, type: "text/plain", Array("There is nothing at \(path).\n".utf8))
      }
    }
  }

  private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard !isTooLarge else { return refuse(context, .payloadTooLarge, "the body is too large") }
    do {
      let version = try WriteMessageVersion(
        contentType: head.headers.first(name: "content-type"),
        contentEncoding: head.headers.first(name: "content-encoding"))
      try Snappy.decompress(body[...], into: &message, maximum: BenchServer.messageBytesMax)
      guard let request = server.count(message, version, bytes: body.count) else {
        return send(context, .badRequest, type: "text/plain", Array("The message cannot be read.\n".utf8))
      }
      var headers = HTTPHeaders()
      if version == .v2 {
        headers.add(name: "X-Prometheus-Remote-Write-Samples-Written", value: String(request.samples))
        headers.add(name: "X-Prometheus-Remote-Write-Histograms-Written", value: String(request.histograms))
        headers.add(name: "X-Prometheus-Remote-Write-Exemplars-Written", value: String(request.exemplars))
      }
      send(context, .noContent, headers, nil)
    } catch let error as UnsupportedMedia {
      refuse(context, .unsupportedMediaType, error.description)
    } catch {
      refuse(context, .badRequest, "\(error)")
    }
  }

  private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ reason: String) {
    server.countMalformed()
    send(context, status, type: "text/plain", Array("\(reason)\n".utf8))
  }

  private func send(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus, type: String, _ body: [UInt8]) {
    send(context, status, ["Content-Type": type, "Content-Length": String(body.count)], body)
  }

  private func send(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: [UInt8]?
  ) {
    var headers = headers
    if isLast { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if let body {
      context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
    }
    let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if isLast { end.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
  }
}
