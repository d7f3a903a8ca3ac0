import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Settings
import Testing
@testable import Transport

/// A server for HTTP/2 and HTTP/1.1, chosen by ALPN. Its answers say the version, the host and the body's length.
private func withTwoVersions(
  _ context: NIOSSLContext, _ body: (_ port: Int, HTTPTransport) async throws -> Void
) async throws {
  let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
      }.flatMap {
        channel.configureCommonHTTPServerPipeline { stream in
          stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandler(Teller()) }
        }
      }
    }
    .bind(host: "127.0.0.1", port: 0).get()
  let transport = HTTPTransport()
  do {
    try await body(channel.localAddress?.port ?? 0, transport)
  } catch {
    Issue.record(error)
  }
  transport.shutdown()
  try await channel.close()
}

private final class Teller: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private var head: HTTPRequestHead?
  private var byteCount = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch Self.unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body(let part): byteCount += part.readableBytes
    case .end:
      guard let head else { return }
      let text = "\(head.version.major) \(head.headers.first(name: "Host") ?? "") \(byteCount)"
      let headers: HTTPHeaders = ["content-length": "\(text.utf8.count)"]
      context.write(
        Self.wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .ok, headers: headers))),
        promise: nil)
      context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
      context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
      self.head = nil
      byteCount = 0
    }
  }
}

@Suite struct HTTP2Tests {
  @Test(
    "enable_http2 decides what is offered to a server that speaks both",
    arguments: [true, false], [nil, "metrics.example", "192.0.2.7"] as [String?])
  func negotiation(isEnabled: Bool, name: String?) async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "DNS:metrics.example,IP:192.0.2.7,IP:127.0.0.1")
    let context = try authority.serverContext("server") { $0.applicationProtocols = ["h2", "http/1.1"] }
    try await withTwoVersions(context) { port, transport in
      var settings = HTTPClientSettings()
      settings.enableHTTP2 = isEnabled
      settings.tls.certificateAuthority = .file(authority.caPath)
      settings.tls.serverName = name
      let url = "https://127.0.0.1:\(port)/"
      let version = isEnabled ? 2 : 1
      for _ in 0..<2 {
        let page = try await transport.get(url, settings: settings)
        #expect(String(decoding: page.body, as: UTF8.self) == "\(version) 127.0.0.1:\(port) 0")
      }
      let posted = try await transport.fetch(
        HTTPRequest(url: url, bytes: [UInt8](repeating: 1, count: 3 << 20)), settings: settings,
        timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
      #expect(String(decoding: posted.body, as: UTF8.self) == "\(version) 127.0.0.1:\(port) \(3 << 20)")
      settings.tls.serverName = name == "192.0.2.7" ? "192.0.2.8" : "other.example"
      #expect(await transport.errorOfGet(url, settings: settings)?.code == .tls)
    }
  }

  @Test("HTTP/2 works behind a tunnel too")
  func behindTunnel() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:127.0.0.1")
    let context = try authority.serverContext("server") { $0.applicationProtocols = ["h2"] }
    try await withProxy(.connect) { proxy in
      try await withTwoVersions(context) { port, transport in
        var settings = HTTPClientSettings()
        settings.tls.certificateAuthority = .file(authority.caPath)
        settings.proxy.choice = .server(try ProxyServer("http://127.0.0.1:\(proxy.port)"), exceptions: "")
        let page = try await transport.get("https://127.0.0.1:\(port)/", settings: settings)
        #expect(page.body.first == UInt8(ascii: "2"))
      }
    }
  }
}
