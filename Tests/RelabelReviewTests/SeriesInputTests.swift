import Diagnostics
import Foundation
import MetricModel
import RemoteWriteProtocol
import Testing

@testable import RelabelReview

@Suite("Series from anywhere")
struct SeriesInputTests {
  static let expected: Set<LabelSet> = [
    LabelSet(["__name__": "up", "job": "a\"b"]), LabelSet(["__name__": "http.requests", "code": "200"]),
    LabelSet(["__name__": "idle"]),
  ]
  static let objects = """
    {"__name__":"up","job":"a\\"b"}

    {"__name__":"http.requests","code":"200"}
    {"__name__":"idle","empty":""}
    """
  static let notation = "up{job=\"a\\\"b\"}\n# a remark\n{\"http.requests\",code=\"200\"}\n\nidle"
  static let page = "# TYPE up gauge\nup{job=\"a\\\"b\"} 1\n{\"http.requests\",code=\"200\"} 2 1700000000000\nidle 3\n"
  static let openMetrics =
    "# TYPE up gauge\nup{job=\"a\\\"b\"} 1\n{\"http.requests\",code=\"200\"} 2 1700000000.5\nidle 3\n# EOF\n"

  private func series(_ input: SeriesInput) throws -> [LabelSet] {
    var reader = try SeriesReader(input)
    var all: [LabelSet] = []
    while let block = try reader.next() {
      block.forEach { item, labels in
        if case .series = item { all.append(labels) } else { Issue.record("\(item)") }
      }
    }
    return all
  }

  @Test(
    "The form is told by the content, and all forms hold the same series",
    arguments: [
      (objects, SeriesInput.Form.labelObjects), (notation, .notation), (page, .page), (openMetrics, .page),
      ("\n" + objects, .labelObjects), ("broken\n" + "{}", .labelObjects),
    ] as [(String, SeriesInput.Form)])
  func forms(text: String, form: SeriesInput.Form) throws {
    let folder = try Folder()
    for input in [
      try SeriesInput(Array(text.utf8), named: "bytes"), try SeriesInput(path: try folder.file("series", text)),
    ] {
      #expect(input.form == form)
      if !text.hasPrefix("broken") { #expect(Set(try series(input)) == Self.expected) }
    }
  }

  @Test("Requests of both versions are read", arguments: WriteMessageVersion.allCases)
  func requests(version: WriteMessageVersion) throws {
    let body = Self.request(version, Self.expected)
    let input = try SeriesInput(body, named: "capture")
    #expect(input.form == .request)
    #expect(Set(try series(input)) == Self.expected)
  }

  static func request(_ version: WriteMessageVersion, _ series: Set<LabelSet>) -> [UInt8] {
    var symbols = SymbolTable()
    var encoder = WriteRequestEncoder(version)
    for labels in series {
      var own = LabelSymbols()
      for index in 0..<labels.count {
        own.append(symbols.intern(labels.name(at: index)), symbols.intern(labels.value(at: index)))
      }
      encoder.appendSeries(
        names: own.names[...], values: own.values[...], symbols: symbols,
        metadata: MetadataSymbols(type: .unknown, help: 0, unit: 0),
        samples: [Sample(timestampMs: 1_700_000_000_000, value: 1)])
    }
    var block: [UInt8] = []
    encoder.finish(compressedInto: &block)
    return block
  }

  @Test("What is no series is refused by name")
  func noSeries() throws {
    let folder = try Folder()
    #expect(throws: RelabelReviewError.self) { try SeriesInput(path: folder.url.path + "/absent") }
    let framed = Array("\u{ff}\u{06}\0\0sNaPpY".unicodeScalars.map { UInt8($0.value) }) + [0xff, 0xff, 0xff, 0xff]
    #expect(throws: RelabelReviewError.self) { try SeriesReader(try SeriesInput(framed, named: "framed")) }
  }

  @Test(
    "A long file is read in blocks, with the right lines, whether or not it ends with a newline",
    arguments: [true, false])
  func blocks(endsWithNewline: Bool) async throws {
    let count = 60_000
    var text = (0..<count).map { number in
      number == 54_321
        ? "{\"a\":1}" : "{\"__name__\":\"m\",\"number\":\"\(number)\",\"job\":\"some job of some length\"}"
    }.joined(separator: "\n")
    if endsWithNewline { text += "\n" }
    let folder = try Folder()
    for input in [
      try SeriesInput(path: try folder.file("series.jsonl", text)), try SeriesInput(Array(text.utf8), named: "held"),
    ] {
      var reader = try SeriesReader(input)
      var blocks = 0
      while try reader.next() != nil { blocks += 1 }
      #expect(blocks > 2)
      var numbers: [UInt32] = []
      var pass = SeriesPass(input) { _, _ in }
      try await pass.run(
        begin: { _, _ in [(UInt32, String)]() },
        take: { found, labels, ordinal, isSeries in if isSeries { found.append((ordinal, labels["number"] ?? "")) } },
        end: { _ in },
        absorb: { found, first in
          for one in found {
            numbers.append(first + one.0)
            #expect(one.1 == "\(first + one.0)")
          }
        })
      #expect(numbers == (0..<UInt32(count)).filter { $0 != 54_321 })
      #expect(pass.flawCount == 1 && pass.findings.map(\.line) == [54_322])
      #expect(
        try SeriesPass.series(numbered: [7, 59_999], of: input).mapValues { $0["number"] } == [7: "7", 59_999: "59999"])
    }
  }

  @Test("A page is read up to its first error, which is found")
  func brokenPage() async throws {
    let report = try await trial("[]", "# HELP up x\nup 1\nup{ 2\nidle 3\n")
    #expect(report.form == .page)
    #expect(report.findings.map(\.id) == ["GW501"] && report.findings[0].line == 3)
    #expect(report.destinations[0].before.series == 1)
    #expect(try MachineAnswer(report.answer.json()).data.results.count == 2)
  }
}
