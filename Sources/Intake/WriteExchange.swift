public import HTTPTypes
public import Hummingbird
import NIOCore
import RemoteWriteProtocol

extension WriteHeaders {
  /// - Parameter header: a header by its name in lower case.
  public init(_ header: (String) -> String?) {
    self.init(
      contentType: header("content-type"), contentEncoding: header("content-encoding"),
      version: header("x-prometheus-remote-write-version"), userAgent: header("user-agent"))
  }

  public init(_ fields: HTTPFields) {
    self.init(
      contentType: fields[.contentType], contentEncoding: fields[.contentEncoding],
      version: fields[WriteFieldNames.version], userAgent: fields[.userAgent])
  }
}

extension WriteAnswer {
  /// The answer to a body of more than `bytesMax` bytes.
  public static func tooLarge(_ bytesMax: Int) -> WriteAnswer {
    .refusal(413, "The body is larger than \(bytesMax) bytes.")
  }

  /// The headers of the answer in HTTP, beside the length of the body: the counts unless a 1.0 message is answered, for
  /// which they are not defined.
  public var fields: [HTTPField] {
    var fields: [HTTPField] = []
    if text != nil { fields.append(HTTPField(name: .contentType, value: "text/plain; charset=utf-8")) }
    if version != .v1 {
      fields.append(HTTPField(name: WriteFieldNames.samples, value: String(samplesWritten)))
      fields.append(HTTPField(name: WriteFieldNames.histograms, value: String(histogramsWritten)))
      fields.append(HTTPField(name: WriteFieldNames.exemplars, value: String(exemplarsWritten)))
    }
    if let retryAfterSeconds { fields.append(HTTPField(name: .retryAfter, value: String(retryAfterSeconds))) }
    return fields
  }

  /// The body of the answer; nil where there is nothing to say.
  public var text: String? { reason.isEmpty || status == 204 ? nil : reason + "\n" }

  public var response: Response {
    let text = text
    var headers = HTTPFields(fields)
    if status != 204 { headers[.contentLength] = String(text?.utf8.count ?? 0) }
    return Response(
      status: HTTPResponse.Status(code: status), headers: headers,
      body: text.map { ResponseBody(byteBuffer: ByteBuffer(string: $0)) } ?? ResponseBody())
  }
}

enum WriteFieldNames {
  static let version = name("X-Prometheus-Remote-Write-Version")
  static let samples = name("X-Prometheus-Remote-Write-Samples-Written")
  static let histograms = name("X-Prometheus-Remote-Write-Histograms-Written")
  static let exemplars = name("X-Prometheus-Remote-Write-Exemplars-Written")

  private static func name(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no name of a header") }
    return name
  }
}

/// The body of a write request, as far as it may be read.
public enum WriteBody: Sendable {
  case whole([UInt8])
  /// It is larger than it may be; the rest is left unread.
  case tooLarge

  /// Reads the body of `request`.
  ///
  /// - Parameters:
  ///   - bytesMax: the most that it may have.
  ///   - bytesPerSecond: how fast to read; nil reads as fast as it comes.
  /// - Throws: when the connection ends before the body does.
  public static func read(
    _ request: Request, bytesMax: Int, bytesPerSecond: Int? = nil
  ) async throws -> WriteBody {
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard var body = ArrivingBody(announced: announced, bytesMax: bytesMax, allowance: nil) else { return .tooLarge }
    for try await part in request.body {
      if body.add(part.readableBytesUInt8Span) != nil { return .tooLarge }
      if let bytesPerSecond {
        try await Task.sleep(for: .seconds(Double(part.readableBytes) / Double(bytesPerSecond)))
      }
    }
    return .whole(body.bytes)
  }
}

/// A body as far as it has come.
struct ArrivingBody: Sendable {
  /// Why the rest is left unread.
  enum Excess {
    /// It is larger than it may be.
    case tooLarge
    /// Others hold too much.
    case overBudget
  }

  private(set) var bytes: [UInt8] = []
  let held: HeldBytes
  private let bytesMax: Int

  /// - Parameters:
  ///   - announced: the `Content-Length`; 0 where there is none.
  ///   - allowance: what it may hold of; nil for no bound beside its own.
  /// - Returns: nil where it is larger than it may be.
  init?(announced: Int, bytesMax: Int, allowance: BodyAllowance?) {
    if announced > bytesMax { return nil }
    self.bytesMax = bytesMax
    held = HeldBytes(of: allowance)
    // What is announced may never come, so memory is taken as it comes.
    bytes.reserveCapacity(min(max(0, announced), 64 << 10))
  }

  mutating func add(_ part: Span<UInt8>) -> Excess? {
    if bytes.count + part.count > bytesMax { return .tooLarge }
    guard held.take(part.count) else { return .overBudget }
    // Copied within the call and not kept.
    part.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    return nil
  }
}
