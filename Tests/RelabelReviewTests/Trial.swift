import Foundation
import RelabelReview

/// A folder for the files of one test.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "godwit-relabel-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and gives its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appending(path: name)
    try Data(bytes).write(to: file)
    return file.path
  }
}

/// What machines read of an answer.
struct MachineAnswer: Decodable {
  struct Result: Decodable, Equatable {
    var keep: Bool
    var labels: [String: String]
  }

  struct Data: Decodable {
    var results: [Result?]
  }

  struct Finding: Decodable {
    var id, severity: String
    var line, column: Int?
  }

  var ok: Bool
  var data: Data
  var findings: [Finding]

  init(_ json: String) throws { self = try JSONDecoder().decode(MachineAnswer.self, from: Foundation.Data(json.utf8)) }
}

/// Tries rules over series, both as text.
func trial(
  _ rules: String, _ series: String, keepsResults: Bool = true, interval: Double? = nil
) async throws -> RelabelTestReport {
  let folder = try Folder()
  let reading = try RuleReading(file: try folder.file("rules.yml", rules))
  var test = RelabelTest(reading.lists)
  test.keepsResults = keepsResults
  test.intervalSeconds = interval
  return try await test.report(of: try SeriesInput(Array(series.utf8), named: "series"))
}
