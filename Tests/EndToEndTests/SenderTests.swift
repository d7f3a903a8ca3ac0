import Foundation
import Synchronization
import Testing

extension EndToEnd {
  /// What senders that others wrote say to Godwit is what they were given.
  @Suite("Senders")
  struct Senders {
    struct ScrapingCase: Sendable, CustomTestStringConvertible {
      let sender: ScrapingSender
      let end: WriteEnd.Kind
      var testDescription: String { "\(sender.rawValue) into \(end.rawValue)" }
      static let all = ScrapingSender.allCases.flatMap { sender in
        WriteEnd.kinds.map { ScrapingCase(sender: sender, end: $0) }
      }
    }

    @Test(
      "Every value, time and stale marker of an agent arrives as it was on the page", .timeLimit(.minutes(3)),
      arguments: ScrapingCase.all)
    func scraping(_ peer: ScrapingCase) async throws {
      try await withWorld { world in
        let epochMs = Int64(Date.now.timeIntervalSince1970) * 1000 + 60_000
        let page = Mutex(NumberedPage(number: 1, epochMs: epochMs))
        let hasOpenMetrics = peer.sender.sendsMore
        let plain = try world.serve { _ in
          let page = page.withLock { $0 }
          return hasOpenMetrics
            ? .page(type: NumberedPage.openMetricsType, page.openMetrics) : .page(page.text)
        }
        let native = try world.serve { _ in
          .page(type: NumberedPage.histogramType, page.withLock { $0.histogram })
        }
        let end = try await world.startWriteEnd(peer.end)
        let sites = peer.sender.sendsMore ? [plain, native] : [plain]
        let program = try peer.sender.start(in: world, targets: sites, writeURL: end.url)
        let target = ["job": "site0", "instance": plain.address, "sender": peer.sender.rawValue]
        let nativeTarget = ["job": "site1", "instance": native.address, "sender": peer.sender.rawValue]
        var gapCount = 0
        let last = 5
        for number in 1...last {
          let current = NumberedPage(number: number, epochMs: epochMs)
          page.withLock { $0 = current }
          if !current.hasSometimes { gapCount += 1 }
          var expected = current.points(of: target)
          if peer.sender.sendsMore {
            expected.append(
              ExpectedPoint(
                labels: ["__name__": "took_seconds"].merging(nativeTarget) { $1 }, value: Double(number) / 2))
          }
          try await end.expect(expected, whileWaitingFor: "page \(number) arrives")
          // Before the next page brings it again, a series that this one lacks must have been seen to end.
          try await eventually("the end of a series is marked") {
            try end.receiver.series("edge").reduce(0) { $0 + $1.staleMarkers } == gapCount
          }
        }
        program.send(SIGTERM)
        _ = try await program.waitForExit(within: .seconds(20))
        try expectWhole(end.receiver, peer.sender, last: NumberedPage(number: last, epochMs: epochMs), target)
      }
    }

    /// Nothing beside what is on the pages, nothing twice, nothing out of order.
    private func expectWhole(
      _ receiver: RunningReceiver, _ sender: ScrapingSender, last: NumberedPage, _ target: Labels
    ) throws {
      let all = try receiver.everySeries().filter { $0.labels["instance"] == target["instance"] }
      let names = Set(all.compactMap { $0.labels["__name__"] })
      #expect(names == sender.reportNames.union(["edge", "told", "requests_total"]))
      #expect(all.count == sender.reportNames.count + last.points(of: target).count - 1)
      let up = try #require(all.first { $0.labels["__name__"] == "up" })
      for series in all where series.labels["v"] != "sometimes" && series.labels["__name__"] != "told" {
        #expect(series.samples - series.staleMarkers == up.samples - up.staleMarkers, "\(series)")
        #expect(series.lastTimestampMs == up.lastTimestampMs, "\(series)")
      }
      let page = try receiver.page()
      #expect(page.outOfOrder == 0 && page.refused.isEmpty && page.violations.isEmpty, "\(page)")
      guard sender.sendsMore else { return }
      // An exemplar is sent when it has changed, and so once for each page.
      #expect(page.exemplars == last.number)
      #expect(all.first { $0.labels["__name__"] == "requests_total" }?.exemplars == last.number)
      #expect(page.metadata > 0)
      let native = try #require(try receiver.series("took_seconds").first)
      #expect(native.kind == "histogram" && native.histograms >= last.number && native.samples == 0)
    }

    struct ClientCase: Sendable, CustomTestStringConvertible {
      let script: String
      let end: WriteEnd.Kind
      var testDescription: String { "\(script) into \(end.rawValue)" }
      static let all = ["remote_writer", "opentelemetry_sender"].flatMap { script in
        WriteEnd.kinds.map { ClientCase(script: script, end: $0) }
      }
    }

    @Test(
      "Every value and time that a client was handed arrives", .timeLimit(.minutes(2)), arguments: ClientCase.all)
    func client(_ peer: ClientCase) async throws {
      try await withWorld { world in
        let end = try await world.startWriteEnd(peer.end)
        var seriesCount = 0
        let last = 3
        for number in 1...last {
          let program = try world.start(
            "sender", try World.python(), ["-B", World.sender(peer.script), end.url, String(number)])
          let exit = try await program.waitForExit(within: .seconds(60))
          try #require(exit == .code(0), "\(program.log)")
          let told = try JSONDecoder().decode([ToldPoint].self, from: Data(program.log.utf8))
          seriesCount = told.count
          try await end.expect(try told.map { try $0.expected }, whileWaitingFor: "what was told arrives")
        }
        #expect(seriesCount > 5)
        let all = try end.receiver.everySeries()
        #expect(all.count == seriesCount)
        #expect(all.allSatisfy { $0.samples == last && $0.duplicates == 0 && $0.outOfOrder == 0 })
        let page = try end.receiver.page()
        #expect(page.samples == seriesCount * last && page.refused.isEmpty, "\(page)")
        // This client sends labels in the order in which it is given them; an agent between puts them in order.
        let isOrderly = peer.script != "remote_writer" || peer.end == .agent
        #expect(page.violations.map(\.code) == (isOrderly ? [] : ["unsorted_labels"]))
      }
    }

    /// A line of what `Senders/told.py` prints.
    private struct ToldPoint: Decodable {
      var labels: Labels
      var value: String
      var time: Int64

      var expected: ExpectedPoint {
        get throws {
          guard let number = Double(value) else { throw EndToEndError("not a number: \(value)") }
          return ExpectedPoint(labels: labels, value: number, time: time)
        }
      }
    }
  }
}
