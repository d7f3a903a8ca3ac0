import HTTPAnswers

/// One HTTP request, without the credentials: these come from the settings it is sent with.
public struct HTTPRequest: Sendable {
  public var method: String
  /// Absolute, `http` or `https`. User info in it becomes basic authentication where the settings name no other
  /// credentials; it is never sent as part of the URL.
  public var url: String
  /// In the order given, names as written. `Authorization` is replaced when the settings name credentials.
  public var headers: [(name: String, value: String)]
  /// Written as it is, in one piece, and never copied on the way to the socket; a retry can reuse the request.
  public var body: [UInt8]?

  public init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// - Parameter bytes: the body.
  public init(
    method: String = "POST", url: String, headers: [(name: String, value: String)] = [], bytes: [UInt8]
  ) {
    self.init(method: method, url: url, headers: headers, body: bytes)
  }
}

/// A whole HTTP response.
public struct HTTPResponse: Sendable {
  public var status: Int
  private let lines: AnswerHeaders
  /// After decompression.
  public var body: [UInt8]
  /// The body was longer than what was asked for; ``body`` holds its beginning.
  public var isTruncated: Bool

  public init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], isTruncated: Bool = false
  ) {
    self.init(status: status, lines: AnswerHeaders(headers), body: body, isTruncated: isTruncated)
  }

  init(status: Int, lines: AnswerHeaders, body: [UInt8], isTruncated: Bool) {
    self.status = status
    self.lines = lines
    self.body = body
    self.isTruncated = isTruncated
  }

  /// In the order received.
  public var headers: [(name: String, value: String)] { lines.all }

  /// The value of the first header called `name`, in whichever case.
  public func header(_ name: String) -> String? { lines.first(name) }
}

/// What to do with a body longer than the bound.
public enum BodyOverflow: Sendable {
  /// Fail with ``TransportError/Code-swift.enum/bodyTooLarge``: half a page of metrics would be another page.
  case fail
  /// Keep the beginning: enough to tell a person what an endpoint complained about. The status is what matters, so it
  /// counts as soon as it has come, even where the rest of the body is cut off, damaged or late.
  case truncate
}

/// Comparison of header names: ASCII letters of either case are the same, all else by byte.
func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
  func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
  return left.utf8.count == right.utf8.count
    && zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}
