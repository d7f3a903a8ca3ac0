import NIOCore
import NIOHTTP1

/// Makes the request line name the whole URL, which is how a proxy is asked to forward a request
/// (RFC 9112, section 3.2.2). The host is that of the `Host` header, so one connection to the proxy serves all hosts.
final class AbsoluteForm: ChannelOutboundHandler {
  typealias OutboundIn = HTTPPart<HTTPRequestHead, IOData>
  typealias OutboundOut = HTTPPart<HTTPRequestHead, IOData>

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = Self.unwrapOutboundIn(data), let host = head.headers.first(name: "Host") else {
      context.write(data, promise: promise)
      return
    }
    head.uri = "http://\(host)\(head.uri)"
    context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
  }

  /// Puts itself between what makes requests and what writes them.
  static func install(in channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(AbsoluteForm(), position: .after(try pipeline.handler(type: HTTPRequestEncoder.self)))
    }
  }
}
