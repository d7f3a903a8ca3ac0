import Delivery
import RemoteWriteProtocol
import Settings
import Testing
import Transport

@testable import Agent

@Suite("The headers of a request to an endpoint")
struct EndpointHeadersTests {
  private static func headers(
    _ version: WriteMessageVersion, earlierAttempts: Int = 0, configured: [String: String] = [:]
  ) -> [String: [String]] {
    var settings = EndpointSettings(name: "backend", url: "http://localhost/write")
    settings.headers = configured
    let request = OutgoingRequest(version: version, body: [1], earlierAttempts: earlierAttempts)
    return Dictionary(grouping: HTTPTransport.headers(of: request, to: settings), by: \.name)
      .mapValues { $0.map(\.value) }
  }

  @Test(
    "S3 sends Content-Encoding, Content-Type, the version and User-Agent, each once",
    arguments: [WriteMessageVersion.v1, .v2])
  func required(version: WriteMessageVersion) {
    let headers = Self.headers(version)
    #expect(headers["Content-Encoding"] == ["snappy"])
    #expect(headers["Content-Type"] == [version.contentType])
    #expect(headers["X-Prometheus-Remote-Write-Version"] == [version.versionHeader])
    #expect(headers["User-Agent"]?.count == 1)
    #expect(headers["User-Agent"]?.first?.contains(/^Godwit\/[0-9A-Za-z.+-]+$/) == true)
    #expect(headers["Retry-Attempt"] == nil)
    #expect(Self.headers(version, earlierAttempts: 3)["Retry-Attempt"] == ["3"])
  }

  @Test("S6 sends the headers of the configuration beside them")
  func configured() {
    let headers = Self.headers(.v2, configured: ["X-Scope-OrgID": "tenant", "X-Other": "1"])
    #expect(headers["X-Scope-OrgID"] == ["tenant"])
    #expect(headers["X-Other"] == ["1"])
    #expect(headers["Content-Type"] == [WriteMessageVersion.v2.contentType])
  }
}
