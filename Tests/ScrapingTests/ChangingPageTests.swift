import Exposition
import GodwitTesting
import MetricModel
import Relabeling
import Settings
import Testing

@testable import Scraping

@Suite("Pages that change a little")
struct ChangingPageTests {
  private static let usual = (0..<40).map { "line_\($0)" }

  private func reader() throws -> PageReader {
    let settings = ScrapeSettings(jobName: "j")
    let labeler = SeriesLabeler(
      targetLabels: ScrapeBench.labels, honorLabels: false, limits: settings.limits, program: try RelabelProgram([]))
    return PageReader(labeler: labeler, settings: settings, registry: SeriesRegistry())
  }

  /// Reads a page and has its batch taken.
  private func read(_ lines: [String], _ reader: inout PageReader, at timeMs: Int64) throws -> SampleBatch {
    var (batch, summary) = (SampleBatch(), PageSummary())
    let page = lines.map { $0 + " 1\n" }.joined()
    try reader.read(Array(page.utf8), as: .text(.prometheusText), at: timeMs, into: &batch, &summary)
    reader.batchWasTaken()
    #expect(summary.scraped == lines.count)
    return batch
  }

  /// How many lines of a page are where the one before leads to.
  private func linked(_ reader: PageReader) -> Int {
    var (count, line) = (0, reader.lines.expected(after: LineCache.none))
    while line != LineCache.none, count <= reader.lines.count {
      if reader.lines.entries[Int(line)].isLive { count += 1 }
      line = reader.lines.expected(after: line)
    }
    return count
  }

  @Test(
    "A line that comes, goes or is replaced leaves those behind it where they were expected",
    arguments: [
      (0, [], 1), (0, ["new"], 0), (7, ["new"], 1), (7, ["new", "newer", "newest"], 0), (20, [], 3),
      (20, ["new", "newer"], 14), (39, ["new"], 1), (39, [], 1), (40, ["new"], 0),
    ] as [(Int, [String], Int)])
  func change(place: Int, added: [String], removed: Int) throws {
    var reader = try reader()
    for round in 1...2 { _ = try read(Self.usual, &reader, at: Int64(round) * 1_000) }
    var lines = Self.usual
    lines.replaceSubrange(place..<place + removed, with: added)
    let batch = try read(lines, &reader, at: 3_000)
    #expect(batch.floatCount == lines.count + removed)
    #expect(linked(reader) == lines.count)
    #expect(try read(lines, &reader, at: 4_000).floatCount == lines.count)
    #expect(linked(reader) == lines.count)
  }
}
