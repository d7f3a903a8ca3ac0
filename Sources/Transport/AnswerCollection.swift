import HTTPAnswers

/// One answer as it arrives: status, headers, and the body into one array, up to a bound.
///
/// A value: whoever receives the pieces holds it, and whatever brings them, the same is made of them.
struct AnswerCollection {
  /// The most that is reserved on the word of a `Content-Length` alone.
  static let reservationBytesMax = 8 << 20
  /// How much of an unwanted tail is read, so that the connection can be used again.
  static let drainBytesMax = 64 << 10

  private let bodyBytesMax: Int
  private let overflow: BodyOverflow
  private let skipsRedirects: Bool
  /// `scheme://host:port`, for errors.
  let place: String
  private var head: (status: Int, headers: AnswerHeaders)?
  private var body: [UInt8] = []
  /// Bytes left out after the bound was reached.
  private var excessBytes = 0
  private var announcedBytes: Int?
  /// What `Content-Encoding` says, in lower case; nil without one.
  private(set) var encoding: String?
  /// A redirect that will be followed: nobody reads its page, so no bound can be broken by it.
  private(set) var isSkipped = false

  /// - Parameters:
  ///   - skipsRedirects: leaves the bodies of redirects out.
  ///   - place: `scheme://host:port`, for errors.
  init(bodyBytesMax: Int, overflow: BodyOverflow, skipsRedirects: Bool, place: String) {
    self.skipsRedirects = skipsRedirects
    self.bodyBytesMax = max(0, bodyBytesMax)
    self.overflow = overflow
    self.place = place
  }

  /// - Throws: when it can be seen already that the body is not to be had.
  mutating func receiveHead(status: Int, headers: AnswerHeaders) throws(TransportError) {
    head = (status, headers)
    announcedBytes = headers.first("Content-Length").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    encoding = headers.first("Content-Encoding")?.lowercased()
    isSkipped = skipsRedirects && Redirect.isFollowed(status: status) && headers.contains("Location")
    if isSkipped { return }
    if overflow == .fail, let encoding, !["gzip", "deflate", "identity", ""].contains(encoding) {
      throw TransportError(
        .encoding, at: place, "the body is compressed with \"\(encoding.prefix(32))\"",
        remedy: "Only gzip and deflate are understood; the server should honour Accept-Encoding.")
    }
    guard let announcedBytes else { return }
    if announcedBytes > bodyBytesMax && overflow == .fail && encoding == nil {
      throw tooLarge(announced: announcedBytes)
    }
    body.reserveCapacity(min(announcedBytes, bodyBytesMax, Self.reservationBytesMax))
  }

  /// - Returns: whether so much came beyond the bound that the rest is not worth reading.
  mutating func receive(_ part: Span<UInt8>) throws(TransportError) -> Bool {
    let room = isSkipped ? 0 : bodyBytesMax - body.count
    let excess = part.count - room
    if excess > 0 && overflow == .fail && !isSkipped { throw tooLarge(announced: nil) }
    // Copied within the call and not kept.
    part.withUnsafeBufferPointer { body.append(contentsOf: $0.prefix(room)) }
    guard excess > 0 else { return false }
    excessBytes += excess
    return excessBytes > Self.drainBytesMax
  }

  /// The whole answer, once; nil when not even its head came.
  ///
  /// - Parameter isTruncated: it is known not to be whole.
  mutating func takeResponse(isTruncated: Bool = false) -> HTTPResponse? {
    guard let head else { return nil }
    let body = body
    self.body = []
    return HTTPResponse(
      status: head.status, lines: head.headers, body: body, isTruncated: isTruncated || excessBytes > 0)
  }

  /// The answer as far as it was received, where the body was to be cut anyway.
  mutating func takePartialResponse() -> HTTPResponse? {
    overflow == .truncate || isSkipped ? takeResponse(isTruncated: true) : nil
  }

  /// The answer as far as it was received, where `error` does not matter beside it.
  ///
  /// The beginning was all that was wanted, and it is there: how the rest misbehaved does not matter. An endpoint that
  /// refuses a request half-way often closes before all is said.
  mutating func takePartialResponse(despite error: TransportError) -> HTTPResponse? {
    if error.code == .cancelled || error.code == .shutDown { return nil }
    // A success whose answer was cut off may come from a server that died over it: asked again, it can say so.
    if error.code == .cutShort, let head, head.status / 100 == 2 { return nil }
    return takePartialResponse()
  }

  /// What to say about a body whose end never came; nil when not even the head came.
  var shortfall: (announced: Int?, receivedBytes: Int)? {
    head == nil ? nil : (encoding == nil ? announcedBytes : nil, body.count)
  }

  private func tooLarge(announced: Int?) -> TransportError {
    .bodyTooLarge(limit: bodyBytesMax, announced: announced, at: place)
  }
}

extension TransportError {
  static func bodyTooLarge(limit: Int, announced: Int?, at place: String) -> TransportError {
    let size = announced.map { "announced as \($0) bytes" } ?? "longer"
    return TransportError(
      .bodyTooLarge, at: place, "the body is \(size), the limit is \(limit) bytes after decompression",
      remedy: "Raise body_size_limit, or find out what made the page grow.")
  }
}
