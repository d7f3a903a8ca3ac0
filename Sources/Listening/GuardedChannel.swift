import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOPosix
import NIOTLS

/// How a connection of the listener is set up and served: let in by the gate, encrypted where that is asked for,
/// HTTP/1.1 or what the client has chosen, watched all the time.
struct GuardedChannel: ServerChildChannel {
  enum Connection: Sendable {
    case http1(HTTP1Channel, HTTP1Channel.Value)
    case http2(HTTP2Channel, HTTP2Channel.Value)
  }

  struct Value: ServerChildChannelValue {
    let channel: any Channel
    /// What the client has chosen, once it has.
    let connection: EventLoopFuture<Connection>
  }

  let responder: HTTPChannelHandler.Responder
  let options: ListenerOptions
  let gate: ConnectionGate
  let security: WebSecurity?
  /// Where connections go whose requests the responder never sees, of those of HTTP/1.1 that are open to everybody. Where
  /// there are users, headers or a rate to mind, the responder sees all.
  let gathered: GatheredConnections?
  /// Of the connections that did not come from the server's own address.
  let roll: ConnectionRoll

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let loop = channel.eventLoop
    return gate.enter(channel).flatMap {
      guard let security else { return loop.makeSucceededFuture(nil) }
      return loop.makeFutureWithTask { await security.refreshed() }
    }.flatMap { (snapshot: WebSecurity.Snapshot?) in
      guard let tls = snapshot?.tls else {
        return setUpHTTP1(channel, logger, gathered: gathered).map { connection in
          Value(channel: channel, connection: loop.makeSucceededFuture(connection))
        }
      }
      return loop.makeCompletedFuture { try setUpTLS(tls, channel, logger) }
    }
  }

  private func setUpTLS(_ tls: ServerTLS, _ channel: any Channel, _ logger: Logger) throws -> Value {
    let pipeline = channel.pipeline.syncOperations
    let handshake = HandshakeHandler(timeout: min(options.headTimeout, options.readTimeout))
    try pipeline.addHandlers(try tls.handlers())
    try pipeline.addHandler(handshake)
    let bound = NIOLoopBound(handshake, eventLoop: channel.eventLoop)
    let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Connection> { result in
      channel.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
      if case .negotiated("h2") = result { return setUpHTTP2(channel, logger) }
      return setUpHTTP1(channel, logger)
    }
    try pipeline.addHandler(negotiation)
    return Value(channel: channel, connection: negotiation.protocolNegotiationResult)
  }

  /// Serves a connection that brought requests of the route and now brings something else.
  ///
  /// - Parameters:
  ///   - descriptor: of its socket; nobody else's from now on.
  ///   - bytes: what was read of it and not served.
  private func resume(_ descriptor: CInt, _ bytes: [UInt8], _ logger: Logger) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let connection = loop.makePromise(of: Connection.self)
    // In one go on its loop, or the end of the client's half could be seen before what came first.
    let opening = loop.flatSubmit {
      ClientBootstrap(group: loop)
        .channelOption(.allowRemoteHalfClosure, value: true)
        // What is on its way comes behind what was read already.
        .channelOption(.autoRead, value: false)
        .channelInitializer { channel in setUpHTTP1(channel, logger).map { connection.succeed($0) } }
        .withConnectedSocket(descriptor)
        .map { (channel: any Channel) in
          channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
          channel.pipeline.fireChannelReadComplete()
          channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
          return channel
        }
    }
    let entry = roll.add(
      ConnectionRoll.Entry(
        finish: { opening.whenSuccess { $0.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) } },
        close: { opening.whenSuccess { $0.close(promise: nil) } }))
    opening.whenFailure { connection.fail($0) }
    opening.whenSuccess { channel in
      if entry.isEnding { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }
    opening.flatMap(\.closeFuture).whenComplete { _ in
      gate.leave()
      roll.remove(entry.number)
    }
    Task {
      guard let channel = try? await opening.get() else { return }
      await handle(value: Value(channel: channel, connection: connection.futureResult), logger: logger)
    }
  }

  private func setUpHTTP1(
    _ channel: any Channel, _ logger: Logger, gathered: GatheredConnections? = nil
  ) -> EventLoopFuture<Connection> {
    let watch = ConnectionWatch(options, now: channel.eventLoop.now)
    let bound = NIOLoopBound(watch, eventLoop: channel.eventLoop)
    var configuration = HTTP1Channel.Configuration(additionalChannelHandlers: [ExchangeHandler(bound.value)])
    configuration.httpDecoder = .init(
      maxHeaderFieldSize: options.headBytesMax, maxHeaderListSize: options.headBytesMax,
      maxHeaderFieldCount: options.headersMax)
    let http1 = HTTP1Channel(responder: responder, configuration: configuration)
    do {
      let pipeline = channel.pipeline.syncOperations
      if let gathered, security == nil {
        let handler = GatheringHandler(gathered, gate: gate, prefix: options.routePrefix, watch: watch) {
          resume($0, $1, logger)
        }
        try pipeline.addHandler(handler)
      }
      try pipeline.addHandler(ArrivalHandler(watch))
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
    return http1.setup(channel: channel, logger: logger).map { .http1(http1, $0) }
  }

  private func setUpHTTP2(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Connection> {
    let options = options
    // Each stream has a watch of its own; the connection as a whole is idle when it has no stream.
    let streams = HTTP1Channel.Configuration(
      additionalChannelHandlers: [ExchangeHandler(ConnectionWatch(options, now: .now()))])
    let http2 = HTTP2Channel(
      responder: responder,
      configuration: .init(
        idleTimeout: options.readTimeout, gracefulCloseTimeout: WebListener.stopTimeoutMax,
        streamConfiguration: streams))
    return http2.setup(channel: channel, logger: logger).map { .http2(http2, $0) }
  }

  func handle(value: Value, logger: Logger) async {
    await withTaskCancellationHandler {
      do {
        switch try await value.connection.get() {
        case .http1(let http1, let connection):
          // What is read is there on the thread that read it, and so is what is to be written.
          await withTaskExecutorPreference(ChannelThread(value.channel.eventLoop)) {
            await http1.handle(value: connection, logger: logger)
          }
        case .http2(let http2, let connection): await http2.handle(value: connection, logger: logger)
        }
      } catch {
        logger.debug("A connection ended before its protocol was known", metadata: ["cause": "\(error)"])
      }
    } onCancel: {
      // A handshake that nobody ends would hold up the end of the listener.
      value.connection.whenComplete { _ in }
      value.channel.close(mode: .input, promise: nil)
    }
  }
}
