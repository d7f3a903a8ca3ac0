public import HTTPTypes
public import Hummingbird
import NIOCore
import RemoteWriteProtocol

extension WriteHeaders {
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

  /// The answer in HTTP: a body only where there is something to say, and the counts unless a 1.0 message is answered,
  /// for which they are not defined.
  public var response: Response {
    let status = HTTPResponse.Status(code: status)
    var response = Response(status: status)
    if !reason.isEmpty && status.code != 204 {
      response = Response(
        status: status, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: reason + "\n")))
    }
    if version != .v1 {
      response.headers[WriteFieldNames.samples] = String(samplesWritten)
      response.headers[WriteFieldNames.histograms] = String(histogramsWritten)
      response.headers[WriteFieldNames.exemplars] = String(exemplarsWritten)
    }
    if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
    return response
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
  /// Others hold too much; the rest is left unread.
  case overBudget

  /// Reads the body of `request`.
  ///
  /// - Parameters:
  ///   - bytesMax: the most that it may have.
  ///   - bytesPerSecond: how fast to read; nil reads as fast as it comes.
  /// - Throws: when the connection ends before the body does.
  public static func read(
    _ request: Request, bytesMax: Int, bytesPerSecond: Int? = nil
  ) async throws -> WriteBody {
    var held = HeldBytes(of: nil)
    return try await read(request, bytesMax: bytesMax, bytesPerSecond: bytesPerSecond, holding: &held)
  }

  static func read(
    _ request: Request, bytesMax: Int, bytesPerSecond: Int? = nil, holding held: inout HeldBytes
  ) async throws -> WriteBody {
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    if announced > bytesMax { return .tooLarge }
    var body: [UInt8] = []
    // What is announced may never come, so memory is taken as it comes.
    body.reserveCapacity(min(max(0, announced), 64 << 10))
    for try await chunk in request.body {
      if body.count + chunk.readableBytes > bytesMax { return .tooLarge }
      guard held.take(chunk.readableBytes) else { return .overBudget }
      body.append(contentsOf: chunk.readableBytesView)
      if let bytesPerSecond {
        try await Task.sleep(for: .seconds(Double(chunk.readableBytes) / Double(bytesPerSecond)))
      }
    }
    return .whole(body)
  }
}
