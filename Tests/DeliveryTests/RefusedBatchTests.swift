import DurableLog
import Foundation
import MetricModel
import RemoteWriteProtocol
import Testing

@testable import Delivery

@Suite("What an endpoint refuses for good is kept")
struct RefusedBatchTests {
  @Test("The file names the series and the endpoint's words, and its body is the request that was sent")
  func kept() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number == 1 ? .status(400) : .accept }
    let delivery = try world.delivery(to: courier)
    for _ in 0..<3 { try world.append(Array(0..<7), lane: 0) }
    await delivery.runToEnd()

    let folder = world.folder + "/quarantine/backend"
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["00000000000000000001.refused"])
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/00000000000000000001.refused")))
    let lineEnd = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
    let head = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[..<lineEnd])) as? [String: Any])
    #expect(head["status"] as? Int == 400)
    #expect(head["samples"] as? Int == 7)
    #expect(head["refused"] as? Int == 7)
    #expect(head["endpoint"] as? String == "backend")
    #expect((head["series"] as? [String])?.first == "m{n=\"0\"}")
    #expect((head["series"] as? [String])?.count == 7)

    let body = bytes[(lineEnd + 1)...]
    #expect(head["bodyBytes"] as? Int == body.count)
    var message: [UInt8] = []
    try Snappy.decompress(body, into: &message, maximum: 1 << 20)
    let request = try DecodedWriteRequest(decoding: message, version: .v1)
    #expect(request.series.flatMap { $0.samples.map(\.value) } == (8...14).map(Double.init))
  }
}
