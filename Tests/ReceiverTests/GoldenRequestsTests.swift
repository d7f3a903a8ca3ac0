import Foundation
import RemoteWriteProtocol
import Telemetry
import Testing

@testable import Intake
@testable import Receiver

/// Requests as the reference implementation encodes them, posted as they are.
@Suite("Golden requests")
struct GoldenRequestsTests {
  private struct Line: Decodable {
    struct Series: Decodable {
      struct Point: Decodable {}
      var labels: [[String]]?
      var samples: [Point]?
      var histograms: [Point]?
      var exemplars: [Point]?
    }
    var content_type: String
    var body_hex: String
    var timeseries: [Series]?
  }

  private func lines() throws -> [Line] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../RemoteWriteProtocolTests/Fixtures/requests.jsonl")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  private func bytes(hex: String) -> [UInt8] {
    let digits = hex.utf8.map { $0 <= UInt8(ascii: "9") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  @Test("Each is written whole with exact counts, or refused with a reason and what is left is counted")
  func golden() async throws {
    var statuses: [Int: Int] = [:]
    for line in try lines() {
      let reception = WriteReception(ReceiverSettings(), registry: .init())
      let headers = WriteHeaders(
        contentType: line.content_type, contentEncoding: "snappy", version: nil, userAgent: "golden")
      let answer = reception.receive(bytes(hex: line.body_hex), headers)
      statuses[answer.status, default: 0] += 1
      let series = line.timeseries ?? []
      let samples = series.reduce(0) { $0 + ($1.samples?.count ?? 0) }
      let histograms = series.reduce(0) { $0 + ($1.histograms?.count ?? 0) }
      let exemplars = series.reduce(0) { $0 + ($1.exemplars?.count ?? 0) }
      if answer.status == 204 {
        #expect(answer.samplesWritten == samples)
        #expect(answer.histogramsWritten == histograms)
        #expect(answer.exemplarsWritten == exemplars)
      } else {
        #expect(answer.status == 400, "\(answer)")
        #expect(answer.reason.contains("refused as"))
        let refused = reception.report().refused.reduce(0) { $0 + $1.count }
        #expect(refused > 0)
        let total = samples + histograms
        if answer.version == .v2 { #expect(answer.samplesWritten + answer.histogramsWritten <= total) }
        if answer.version == .v1 { #expect(answer.samplesWritten == 0) }
      }
    }
    #expect(statuses[204, default: 0] > 100, "\(statuses)")
  }

  @Test("A flipped byte anywhere never traps, and the counts never exceed what was decoded", arguments: [11, 12])
  func flippedBytes(seed: UInt64) async throws {
    var generator = SplitMix(state: seed)
    let reception = WriteReception(ReceiverSettings(), registry: .init())
    for line in try lines() {
      var body = bytes(hex: line.body_hex)
      if body.isEmpty { continue }
      for _ in 0..<5 {
        body[Int(generator.next() % UInt64(body.count))] ^= UInt8(truncatingIfNeeded: 1 << (generator.next() % 8))
        let headers = WriteHeaders(
          contentType: line.content_type, contentEncoding: "snappy", version: nil, userAgent: "golden")
        let answer = reception.receive(body, headers)
        #expect([204, 400].contains(answer.status), "seed \(seed)")
      }
    }
  }
}
