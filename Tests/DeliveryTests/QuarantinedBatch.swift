import Foundation
import MetricModel
import RemoteWriteProtocol
import Testing

@testable import Delivery

/// A refused request as it is read back from the quarantine.
struct QuarantinedBatch: Decodable {
  var status: Int
  var answer: String
  var message: String
  var samples: Int
  var refused: Int
  var series: [String]
  /// From the body: the values in it, floats before histograms, by the series' label `n`.
  var values: [String: [Double]] = [:]

  private enum CodingKeys: String, CodingKey { case status, answer, message, samples, refused, series }

  /// All that the quarantine of `backend` holds in `world`, the oldest first.
  static func all(in world: World) throws -> [QuarantinedBatch] {
    let folder = URL(fileURLWithPath: world.folder + "/quarantine/backend")
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      let lineEnd = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
      var batch = try JSONDecoder().decode(QuarantinedBatch.self, from: Data(bytes[..<lineEnd]))
      var body: [UInt8] = []
      try Snappy.decompress(bytes[(lineEnd + 1)...], into: &body, maximum: 1 << 26)
      let version: WriteMessageVersion = batch.message == WriteMessageVersion.v1.messageName ? .v1 : .v2
      for series in try DecodedWriteRequest(decoding: body, version: version).series {
        batch.values[series.labels["n"] ?? "?", default: []] +=
          series.samples.map(\.value) + series.histograms.map(\.sum)
      }
      return batch
    }
  }
}
