import EventLoops
import HTTPAnswers

/// One connection to one server: made for a call, kept after it, used for one call at a time.
///
/// It is used on its loop alone.
final class DirectConnection: LoopConnectionUser {
  let server: DirectServer
  /// Where it stands among the open ones of its pool.
  var place = 0
  /// Until when it is kept unless it is used.
  var keptUntil = LoopInstant.distantFuture

  private let pool: ConnectionPool
  private let thread: LoopThread
  private lazy var connection = LoopConnection(on: thread, for: self)
  private var call: DirectCall?
  private var inflation: Inflation?
  private var isClosed = false

  /// - Parameter call: what it is made for; sent once the connection stands.
  init(to server: DirectServer, in pool: ConnectionPool, on thread: LoopThread, for call: DirectCall) {
    self.server = server
    self.pool = pool
    self.thread = thread
    self.call = call
  }

  /// Of the call under way; nil when there is none.
  var deadline: LoopInstant? { call?.request.deadline }

  func isBusy(with ticket: DirectCall.Ticket) -> Bool { call?.ticket === ticket }

  // MARK: - The request

  func connect() {
    // A URL has no other ports.
    connection.connect(to: server.host, port: UInt16(clamping: server.port), timeout: ConnectionPool.connectTimeout)
  }

  func connectionStands() { send() }

  /// Sends another request over a connection that stands.
  func begin(_ call: consuming DirectCall) {
    self.call = call
    send()
  }

  private func send() {
    guard let request = call?.request else { return }
    connection.send(request.head, request.body)
  }

  func sentAll() { call?.isSent = true }

  // MARK: - The answer

  func received(_ bytes: Span<UInt8>) -> Bool {
    do {
      // An answer to nothing: what comes next could not be told from the answer to the next request.
      if call == nil { close() } else { try read(bytes) }
    } catch {
      fail(error)
    }
    return call != nil
  }

  private func read(_ bytes: Span<UInt8>) throws {
    var place = 0
    while let event = try call?.parser.next(bytes, from: &place) {
      switch event {
      case .head(let head): try receive(head)
      case .body(let part): try receiveBody(bytes.extracting(part))
      case .end: try finish(isClean: place == bytes.count)
      }
    }
  }

  private func receive(_ head: AnswerHead) throws {
    try call?.collection.receiveHead(status: head.status, headers: head.headers)
    call?.keepsConnection = head.keepsConnection
    guard head.hasBody, let call, !call.collection.isSkipped, let encoding = call.collection.encoding,
      Inflation.undoes(encoding)
    else { return }
    inflation = try Inflation(bytesMax: call.request.decodedBytesMax)
  }

  private func receiveBody(_ part: Span<UInt8>) throws {
    guard let inflation else { return try keepBody(part) }
    try inflation.receive(part) { part in
      try keepBody(part)
      return call != nil
    }
  }

  /// - Parameter part: as the caller will see it.
  private func keepBody(_ part: Span<UInt8>) throws(TransportError) {
    guard try call?.collection.receive(part) == true else { return }
    if let response = call?.collection.takePartialResponse() { settle(.success(response)) }
    close()
  }

  /// - Parameter isClean: nothing came after the answer.
  private func finish(isClean: Bool) throws {
    if inflation?.hasEnded == false { throw Inflation.Fault.misplacedEnd }
    guard var call, let response = call.collection.takeResponse() else { return }
    // What the server did not wait for, the next request would follow; no server could tell them apart.
    let isKept = isClean && call.keepsConnection && call.isSent && !isClosed
    settle(.success(response))
    if isKept { pool.keep(self) } else { close() }
  }

  // MARK: - Ends

  /// Ends the call under way, and the connection with it: nobody knows where its answer would end.
  func fail(_ error: any Error) {
    if var call { settle(call.outcome(of: error)) }
    close()
  }

  private func settle(_ outcome: DirectCall.Outcome) {
    guard let continuation = call?.continuation else { return }
    call = nil
    inflation = nil
    continuation.resume(returning: outcome)
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    pool.forget(self)
    connection.close()
  }

  func connectionEnded(by error: (any Error)?) {
    guard error == nil, call?.parser.endsWithConnection() == true else { return fail(error ?? DirectEnd.closed) }
    isClosed = true
    pool.forget(self)
    do { try finish(isClean: true) } catch { fail(error) }
  }
}
