import Foundation
import Testing

@testable import RemoteWriteProtocol

/// A line of `Fixtures/requests.jsonl`: a body as the reference implementation compressed it, and what went in.
struct GoldenRequest: Decodable {
  struct Histogram: Decodable {
    var count_int: UInt64?
    var count_float: Double?
    var zero_count_int: UInt64?
    var zero_count_float: Double?
    var sum_bits: String
    var schema: Int32
    var zero_threshold_bits: String
    var negative_spans: [[Int64]]?
    var negative_deltas: [Int64]?
    var negative_counts: [Double]?
    var positive_spans: [[Int64]]?
    var positive_deltas: [Int64]?
    var positive_counts: [Double]?
    var reset_hint: UInt8
    var timestamp_ms: Int64
    var start_timestamp_ms: Int64?
    var custom_values: [Double]
  }
  struct Sample: Decodable {
    var bits: String
    var timestamp_ms: Int64
    var start_timestamp_ms: Int64?
  }
  struct Exemplar: Decodable {
    var labels: [[String]]?
    var bits: String
    var timestamp_ms: Int64
  }
  struct Metadata: Decodable {
    var type: UInt8
    var help: String
    var unit: String
  }
  struct Family: Decodable {
    var metric_family_name: String
    var type: UInt8
    var help: String
    var unit: String
  }
  struct Series: Decodable {
    var labels: [[String]]?
    var samples: [Sample]?
    var histograms: [Histogram]?
    var exemplars: [Exemplar]?
    var metadata: Metadata?
  }

  var content_type: String
  var body_hex: String
  var timeseries: [Series]?
  var metadata: [Family]?

  func compressed() throws -> [UInt8] {
    let digits = Array(body_hex.utf8)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try #require(UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16))
    }
  }

  var version: WriteMessageVersion {
    get throws { try WriteMessageVersion(contentType: content_type, contentEncoding: "snappy") }
  }

  func body() throws -> [UInt8] {
    var body: [UInt8] = []
    try Snappy.decompress(compressed()[...], into: &body, maximum: 1 << 20)
    return body
  }

  static func all() throws -> [GoldenRequest] {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/requests.jsonl")
    return try Data(contentsOf: path).split(separator: 0x0a).map {
      try JSONDecoder().decode(GoldenRequest.self, from: $0)
    }
  }
}

/// The number whose bits are written in hexadecimal.
func double(bits: String) throws -> Double { Double(bitPattern: try #require(UInt64(bits, radix: 16))) }
