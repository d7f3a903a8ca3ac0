import Agent
import Settings
import Transport

/// Fetches a page of metrics for a verb of the workbench.
enum PageDownload {
  private static let timeout: Duration = .seconds(30)
  private static let bytesMax = 1 << 30
  private static let accepted =
    "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// - Parameter url: user info in it becomes basic authentication, and is shown nowhere.
  static func bytes(of url: String) async throws -> [UInt8] {
    let transport = HTTPTransport()
    defer { transport.shutdown() }
    let request = HTTPRequest(
      url: url, headers: [("Accept", accepted), ("User-Agent", "Godwit/\(BuildInformation.version)")])
    let response = try await transport.fetch(
      request, settings: HTTPClientSettings(), timeout: timeout, bodyBytesMax: bytesMax, bodyOverflow: .fail)
    guard response.status == 200 else {
      throw Failure(description: "\(name(of: url)) answered with status \(response.status), not 200")
    }
    return response.body
  }

  /// The address without what may be secret in it: user info, and what stands behind the path.
  static func name(of url: String) -> String {
    let address = url.prefix { $0 != "?" && $0 != "#" }
    guard let slashes = address.firstRange(of: "//") else { return String(address) }
    let authority = address[slashes.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(address) }
    return String(address[..<slashes.upperBound] + address[address.index(after: at)...])
  }
}
