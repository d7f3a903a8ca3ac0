import Testing

extension EndToEnd {
  /// The reckoning must see what it is there to see.
  @Suite("Outage reckoning")
  struct OutageReckoningTests {
    private static func series(
      _ name: String, _ target: Int, samples: Int, duplicates: Int = 0, outOfOrder: Int = 0, staleMarkers: Int = 0
    ) -> ReceivedSeries {
      ReceivedSeries(
        labels: ["__name__": name, "instance": RigPages.instance(target)], lastValue: nil, firstTimestampMs: nil,
        lastTimestampMs: nil, samples: samples, duplicates: duplicates, outOfOrder: outOfOrder,
        staleMarkers: staleMarkers)
    }

    @Test("Repetitions, stale markers and the series about scrapes do not stand in for what is missing")
    func lost() {
      let reckoning = OutageReckoning(
        expectedPages: [10, 10], seriesPerTarget: 2,
        received: [
          Self.series("rig_page_number", 0, samples: 11, staleMarkers: 1), Self.series("a", 0, samples: 10),
          Self.series("up", 0, samples: 50),
          // Nine of ten pages, two of them twice.
          Self.series("rig_page_number", 1, samples: 11, duplicates: 2), Self.series("a", 1, samples: 9, outOfOrder: 3),
        ])
      #expect(reckoning.served == 40 && reckoning.arrivedOnce == 38 && reckoning.lost == 2 && reckoning.lostPages == 1)
      #expect(reckoning.duplicates == 2 && reckoning.outOfOrder == 3)
      #expect(reckoning.lostShare == 0.05)
    }

    @Test("What one target has too much does not make up for another, and a series that never came lost everything")
    func targetByTarget() {
      let reckoning = OutageReckoning(
        expectedPages: [5, 5], seriesPerTarget: 1, received: [Self.series("rig_page_number", 0, samples: 9)])
      #expect(reckoning.lost == 5 && reckoning.lostPages == 5)
    }
  }
}
