import Exposition
import Foundation
import MetricModel

/// One page with what the reference implementation reads from it.
struct GoldenPage: Decodable {
  struct Entry: Decodable, Equatable {
    var kind: String
    var name: String?
    var type: String?
    var text: String?
    var labels: [String: String]?
    var bits: String?
    var value: String?
    var timestampMs: Int64?
    var exemplars: [GoldenExemplar]?

    enum CodingKeys: String, CodingKey {
      case kind, name, type, text, labels, bits, value, exemplars
      case timestampMs = "timestamp_ms"
    }
  }

  struct GoldenExemplar: Decodable, Equatable {
    var labels: [String: String]
    var bits: String
    var timestampMs: Int64?

    enum CodingKeys: String, CodingKey {
      case labels, bits
      case timestampMs = "timestamp_ms"
    }
  }

  var contentType: String
  var bodyHex: String
  var ok: Bool
  var entries: [Entry]?

  enum CodingKeys: String, CodingKey {
    case ok, entries
    case contentType = "content_type"
    case bodyHex = "body_hex"
  }

  var body: [UInt8] {
    let digits = bodyHex.utf8.map { UInt8($0 & 0x40 == 0 ? $0 & 0xf : ($0 & 0xf) + 9) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func all() throws -> [GoldenPage] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/exposition.jsonl")
    let decoder = JSONDecoder()
    return try Data(contentsOf: file).split(separator: 0x0a).map { try decoder.decode(GoldenPage.self, from: $0) }
  }
}

extension GoldenPage.Entry {
  /// What the parser stands at, in the golden file's form.
  init(_ entry: ExpositionEntry, of parser: ExpositionParser) {
    self.init(kind: "\(entry)")
    switch entry {
    case .series:
      var labels = LabelSet()
      _ = parser.labels(into: &labels)
      self.labels = Dictionary(uniqueKeysWithValues: labels.pairs.map { ($0.name, $0.value) })
      bits = hex(parser.value)
      timestampMs = parser.timestampMs
      exemplars = parser.exemplar().map { exemplar in
        [
          .init(
            labels: Dictionary(uniqueKeysWithValues: exemplar.labels.pairs.map { ($0.name, $0.value) }),
            bits: hex(exemplar.value), timestampMs: exemplar.timestampMs)
        ]
      }
    case .type:
      name = String(decoding: parser.metadataName, as: UTF8.self)
      type = parser.metadataType.word
    case .help, .unit:
      name = String(decoding: parser.metadataName, as: UTF8.self)
      text = parser.metadataText
    case .comment: break
    }
  }
}

func hex(_ value: Double) -> String { String(value.bitPattern, radix: 16) }

/// All entries of a page, or the error that refused it.
func entries(of body: [UInt8], _ format: ExpositionFormat) throws -> [GoldenPage.Entry] {
  var parser = ExpositionParser(body, format: format)
  var result: [GoldenPage.Entry] = []
  while let entry = try parser.next() { result.append(.init(entry, of: parser)) }
  return result
}
