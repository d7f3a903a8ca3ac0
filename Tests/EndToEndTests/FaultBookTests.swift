import Testing

extension EndToEnd.Faults {
  /// What the accounts of a run complain about, without a run.
  @Suite("The accounts of a run under faults")
  struct Accounts {
    private static let good = DeliveryPage.Endpoint(
      name: FaultSettings.healthy, url: "", taken: 100, acknowledged: 60, waiting: 40, refused: 0, dropped: 0,
      expired: 0, damaged: 0, balanced: true, oldestWaitingSeconds: 1, shards: 1)

    private static func changed(_ change: (inout DeliveryPage.Endpoint) -> Void) -> DeliveryPage.Endpoint {
      var endpoint = good
      change(&endpoint)
      return endpoint
    }

    private func page(_ endpoint: DeliveryPage.Endpoint, taken: Int = 100) -> DeliveryPage {
      DeliveryPage(samplesTaken: taken, logBytes: 0, endpoints: [endpoint])
    }

    @Test("What is as it should be is no complaint")
    func good() {
      var book = FaultBook(seed: 0)
      book.look(page(Self.good), isCalm: true)
      book.look(page(Self.good), isCalm: true)
      #expect(book.complaints.isEmpty)
      #expect(book.worstDelay == 1)
    }

    @Test(
      "What is not as it should be is a complaint",
      arguments: [
        (changed { $0.balanced = false }, "balance"),
        (changed { ($0.taken, $0.waiting) = (99, 39) }, "taken went back"),
        (changed { ($0.acknowledged, $0.waiting) = (59, 41) }, "acknowledged went back"),
        (changed { $0.waiting = 39 }, "100 taken are not"),
        (changed { ($0.waiting, $0.refused) = (39, 1) }, "none was due"),
        (changed { ($0.waiting, $0.dropped) = (39, 1) }, "none was due"),
        (changed { ($0.waiting, $0.expired) = (39, 1) }, "none was due"),
        (changed { ($0.waiting, $0.damaged) = (39, 1) }, "none was due"),
        (changed { $0.oldestWaitingSeconds = 6 }, "behind"),
      ])
    func bad(endpoint: DeliveryPage.Endpoint, words: String) {
      var book = FaultBook(seed: 0)
      book.look(page(Self.good), isCalm: true)
      book.look(page(endpoint), isCalm: true)
      #expect(book.complaints.count == 1 && book.complaints.allSatisfy { $0.contains(words) }, "\(book.complaints)")
    }

    @Test("The log of the agent does not go back either")
    func takenGoesBack() {
      var book = FaultBook(seed: 0)
      book.look(page(Self.good), isCalm: true)
      book.look(page(Self.good, taken: 99), isCalm: true)
      #expect(book.complaints.count == 1)
    }

    /// What an endpoint holds of one target with one series on its page, after ten pages.
    private func verdict(
      samples: Int = 60, twice: Int = 0, outOfOrder: Int = 0, numbers: Int = 10, ups: Int = 10, stale: Int = 0,
      _ book: inout FaultBook
    ) -> FaultVerdict {
      var verdict = FaultVerdict(seriesPerPage: 1, taken: 60, served: [10])
      let page = ReceiverPage(
        samples: samples, series: 6, duplicates: twice, outOfOrder: outOfOrder, staleMarkers: stale, bytesCompressed: 0,
        misbehaved: 0, bytesPerSample: 0, refused: [], breaches: [])
      let series = [("rig_page_number", numbers, stale), ("up", ups, 0)].map { name, samples, stale in
        ReceivedSeries(
          labels: ["__name__": name, "instance": RigPages.instance(0)], samples: samples, duplicates: 0, outOfOrder: 0,
          staleMarkers: stale)
      }
      verdict.judge(FaultSettings.healthy, page, series, &book)
      return verdict
    }

    @Test("What arrived is held against what was taken, and pages against what was served")
    func verdicts() {
      let cases: [(words: String?, judge: (inout FaultBook) -> FaultVerdict)] = [
        (nil, { verdict(&$0) }),
        ("1 samples are lost", { verdict(samples: 59, &$0) }),
        ("1 samples were never taken", { verdict(samples: 61, &$0) }),
        ("out of order", { verdict(outOfOrder: 1, &$0) }),
        ("came twice", { verdict(samples: 61, twice: 1, &$0) }),
        ("lacks 1 pages", { verdict(numbers: 9, ups: 9, &$0) }),
        ("10 pages and 11 arrived", { verdict(numbers: 11, ups: 11, &$0) }),
        ("stale markers", { verdict(numbers: 11, ups: 10, stale: 1, &$0) }),
        // A scrape that failed: its page is missing, its marker was due.
        (nil, { verdict(numbers: 10, ups: 10, stale: 1, &$0) }),
      ]
      for (words, judge) in cases {
        var book = FaultBook(seed: 0)
        _ = judge(&book)
        #expect(book.complaints.isEmpty == (words == nil), "\(book.complaints)")
        #expect(words.map { words in book.complaints.contains { $0.contains(words) } } ?? true, "\(book.complaints)")
      }
    }

    @Test("What may come twice is what was in flight: at each end for every shard, and for each answer not given")
    func bound() {
      var settings = FaultSettings(
        endpoints: [
          .init(name: FaultSettings.healthy, url: "", message: version2, batch: 500, timeoutSeconds: 1, maxShards: 2)
        ], targets: 1)
      var book = FaultBook(seed: 0)
      book.begin(FaultRound(number: 1), settings)
      book.ended()
      #expect(book.twiceMax == [FaultSettings.healthy: 1000])
      book.lostAnswers(3, of: FaultSettings.healthy)
      #expect(book.twiceMax == [FaultSettings.healthy: 2500])
      settings.change(.batch, of: FaultSettings.healthy)
      settings.change(.batch, of: FaultSettings.healthy)
      book.reloaded(settings[FaultSettings.healthy])
      #expect(book.twiceMax == [FaultSettings.healthy: 3500])
      book.ended()
      #expect(book.twiceMax == [FaultSettings.healthy: 5500])
    }
  }
}
