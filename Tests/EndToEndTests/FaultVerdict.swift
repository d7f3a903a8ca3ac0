import Foundation

/// What an endpoint holds at the end of a run, held against what the agent took and what was served.
struct FaultVerdict {
  /// A page of the rig has this many series, beside those about its scrape.
  var seriesPerPage: Int
  var samplesPerScrape: Int { seriesPerPage + RigSize.reportSeries }

  var taken: Int
  /// Pages served, by target.
  var served: [Int]

  private(set) var unique = 0
  private(set) var twice = 0
  private(set) var outOfOrder = 0
  /// Pages that were served and did not arrive, and how many of them there may be: in flight at an end of the agent,
  /// refused by a full disk, or in a scrape that failed.
  private(set) var pagesMissing = 0
  private(set) var pagesMissingMax = 0
  private(set) var scrapesFailed = 0
  var lost: Int { taken - unique }

  init(seriesPerPage: Int, taken: Int, served: [Int]) {
    self.seriesPerPage = seriesPerPage
    self.taken = taken
    self.served = served
  }

  /// Complains to `book` about all that the endpoint `name` does not hold as it should.
  ///
  /// What may come twice is Σ shards × max_samples_per_send over all kills, ends and changes of the endpoint's settings,
  /// plus max_samples_per_send for each request that the endpoint took without saying so.
  mutating func judge(_ name: String, _ page: ReceiverPage, _ series: [ReceivedSeries], _ book: inout FaultBook) {
    unique = page.samples - page.duplicates
    twice = page.duplicates
    outOfOrder = page.outOfOrder
    if lost != 0 {
      let words = lost > 0 ? "\(lost) samples are lost" : "\(-lost) samples were never taken"
      book.complain("\(name): \(words): \(taken) taken, \(unique) arrived")
    }
    if page.outOfOrder != 0 { book.complain("\(name): \(page.outOfOrder) samples came out of order") }
    if !page.refused.isEmpty || !page.violations.isEmpty {
      book.complain("\(name): refused \(page.refused), against the specification \(page.violations)")
    }
    let bound = book.twiceMax[name] ?? 0
    if twice > bound { book.complain("\(name): \(twice) samples came twice, at most \(bound) were in flight") }
    judgePages(name, series, &book)
  }

  private mutating func judgePages(_ name: String, _ series: [ReceivedSeries], _ book: inout FaultBook) {
    let notTaken = (book.samplesNotTaken + samplesPerScrape - 1) / samplesPerScrape
    // Beside what the log refused: pages in flight when the agent was last asked about a full disk.
    let diskMax = book.count("disk full") == 0 ? 0 : notTaken + book.pagesUnseen
    let byInstance = Dictionary(grouping: series) { $0.labels["instance"] ?? "" }
    for target in served.indices {
      let mine = byInstance[RigPages.instance(target)] ?? []
      guard let up = mine.first(where: { $0.name == "up" }),
        let numbers = mine.first(where: { $0.name == "rig_page_number" })
      else {
        book.complain("\(name): nothing of target \(target) arrived")
        continue
      }
      // A scrape that failed leaves `up` and, where one before it succeeded, a stale marker.
      let whole = numbers.unique - numbers.staleMarkers
      let failed = up.unique - whole
      let missing = served[target] - numbers.unique
      if whole > served[target] {
        book.complain("\(name): target \(target) served \(served[target]) pages and \(whole) arrived")
      }
      if missing > book.ends + failed + diskMax + book.count("disk full") {
        book.complain(
          "\(name): target \(target) lacks \(missing) pages; \(book.ends) ends, \(failed) failed scrapes, "
            + "\(diskMax) refused by the disk")
      }
      for series in mine where series.staleMarkers > (series.isReport ? 0 : failed + series.duplicates) {
        book.complain("\(name): \(series.staleMarkers) stale markers in \(series.labels), \(failed) scrapes failed")
        break
      }
      pagesMissing += max(0, missing)
      scrapesFailed += failed
    }
    pagesMissingMax = served.count * (book.ends + book.count("disk full")) + scrapesFailed + diskMax
    if pagesMissing > pagesMissingMax {
      book.complain("\(name): \(pagesMissing) pages are missing, \(pagesMissingMax) at most may be")
    }
  }
}

extension ReceivedSeries {
  fileprivate var name: String { labels["__name__"] ?? "" }
  fileprivate var unique: Int { samples - duplicates }
  fileprivate var isReport: Bool { name == "up" || name.hasPrefix("scrape_") }
}
