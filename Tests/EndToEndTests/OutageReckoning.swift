/// What an endpoint has of the pages that an agent's targets served.
struct OutageReckoning {
  private(set) var served = 0
  private(set) var arrivedOnce = 0
  private(set) var lost = 0
  private(set) var lostPages = 0
  private(set) var outOfOrder = 0
  private(set) var duplicates = 0

  /// - Parameters:
  ///   - expectedPages: by target, how many pages must have arrived.
  ///   - received: every series that the endpoint has; those about the scrapes themselves are left out.
  init(expectedPages: [Int], seriesPerTarget: Int, received: [ReceivedSeries]) {
    let scraped = received.filter { series in
      let name = series.labels["__name__"] ?? ""
      return name != "up" && !name.hasPrefix("scrape_")
    }
    let byInstance = Dictionary(grouping: scraped) { $0.labels["instance"] ?? "" }
    for (target, expected) in expectedPages.enumerated() {
      let series = byInstance[RigPages.instance(target)] ?? []
      served += expected * seriesPerTarget
      // A series that never came lost all it had.
      lost += expected * max(0, seriesPerTarget - series.count)
      for one in series {
        arrivedOnce += one.once
        lost += max(0, expected - one.once)
        outOfOrder += one.outOfOrder
        duplicates += one.duplicates
      }
      let numbers = series.first { $0.labels["__name__"] == "rig_page_number" }
      lostPages += max(0, expected - (numbers?.once ?? 0))
    }
  }

  var lostShare: Double { served > 0 ? Double(lost) / Double(served) : 0 }
}
