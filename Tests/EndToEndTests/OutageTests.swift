import Foundation
import Testing

extension EndToEnd {
  /// An outage of the endpoint with a restart of the agent in its middle: Godwit beside Prometheus and vmagent.
  ///
  /// `make bench-outage` runs it. `OUTAGE_TARGETS` (20), `OUTAGE_SERIES` (500) and `OUTAGE_INTERVAL` (2, in seconds)
  /// set the size; `OUTAGE_CALM` (20), `OUTAGE_SECONDS` (40) and `OUTAGE_AFTER` (20) how long each part takes.
  @Suite("Outage", .enabled(if: Bench.isAskedFor("outage")))
  struct Outage {
    private let targets = Bench.number("OUTAGE_TARGETS", 20)
    private let series = Bench.number("OUTAGE_SERIES", 500)
    private let interval = Bench.number("OUTAGE_INTERVAL", 2)
    private let calm = Duration.seconds(Bench.number("OUTAGE_CALM", 20))
    private let outage = Duration.seconds(Bench.number("OUTAGE_SECONDS", 40))
    private let after = Duration.seconds(Bench.number("OUTAGE_AFTER", 20))

    @Test(
      "A restart in the middle of an outage costs nothing", .timeLimit(.minutes(20)),
      arguments: [(SIGKILL, "SIGKILL"), (SIGTERM, "SIGTERM")])
    func restartDuringOutage(signal: Int32, word: String) async throws {
      try await withWorld { world in
        var courses = try await begin(in: world)
        try await eventually("every agent delivers", within: .seconds(60)) {
          try courses.allSatisfy { try $0.receiver.series("rig_page_number").count == targets }
        }
        try await watch(&courses, for: calm)
        for course in courses { try course.receiver.misbehave(("status", "503")) }
        try await watch(&courses, for: outage / 2)
        for index in courses.indices { courses[index].signal(signal) }
        try await watch(&courses, for: outage / 2)
        for index in courses.indices { try courses[index].endpointRecovers() }
        try await watch(&courses, for: after)
        // Whoever took long to stop scrapes for a while too before the pages end.
        try await watch(&courses, for: OutageCourse.stopPatience + .seconds(10)) { courses in
          courses.allSatisfy { $0.exitedAt.map { .now - $0 > .seconds(10) } ?? false }
        }
        for course in courses { course.pages.end() }
        try await watch(&courses, for: .seconds(600)) { courses in courses.allSatisfy(isOver) }
        try conclude(courses, word)
      }
    }

    /// Nothing more comes. An agent may pause for a minute between attempts, so one that lacks something has longer.
    private func isOver(_ course: OutageCourse) -> Bool {
      guard let last = course.lastArrival else { return false }
      return .now - last > (course.hasEverything ? .seconds(15) : .seconds(75))
    }

    private func begin(in world: World) async throws -> [OutageCourse] {
      let entrants = try OutageEntrant.Kind.allCases.map(OutageEntrant.init)
      let pages = Dictionary(
        uniqueKeysWithValues: entrants.map { ($0.name, OutagePages(targets: targets, seriesPerTarget: series)) })
      let site = try world.serve { request in
        let name = request.path.split(separator: "/").first.map(String.init) ?? ""
        return pages[name]?.answer(request) ?? .page(status: 404, [])
      }
      var courses: [OutageCourse] = []
      for entrant in entrants {
        let receiver = try await world.startReceiver(name: "endpoint-of-\(entrant.name)")
        let own = try #require(pages[entrant.name])
        try world.write(
          entrant.configuration(site, own, interval: interval, endpoint: receiver.url), to: "\(entrant.name).yml")
        courses.append(try OutageCourse(entrant, own, receiver, in: world))
      }
      return courses
    }

    /// Looks at all of them until the time is over or `isDone`.
    private func watch(
      _ courses: inout [OutageCourse], for limit: Duration, until isDone: ([OutageCourse]) -> Bool = { _ in false }
    ) async throws {
      let end = ContinuousClock.now + limit
      var turn = 0
      while .now < end && !isDone(courses) {
        for index in courses.indices {
          try courses[index].look()
          if turn % 5 == 0 { try courses[index].lookAtArrivals() }
        }
        turn += 1
        try await Task.sleep(for: .milliseconds(100))
      }
    }

    private func conclude(_ courses: [OutageCourse], _ word: String) throws {
      let reckonings = try courses.map { course in
        OutageReckoning(
          expectedPages: course.expectedPages, seriesPerTarget: series, received: try course.receiver.everySeries())
      }
      try table(courses, reckonings, word).publish(as: "outage-\(word.lowercased())")
      for (course, reckoning) in zip(courses, reckonings) where course.entrant.kind == .godwit {
        let violations = try course.receiver.page().violations
        #expect(violations.isEmpty, "\(violations)")
        #expect(reckoning.served > 0 && reckoning.lost == 0)
        #expect(reckoning.outOfOrder == 0)
        // A refused request has not arrived: what may come twice is what was under way when the outage began or ended.
        #expect(reckoning.duplicates <= Self.inFlightMax)
        #expect(!course.wasKilled)
      }
    }

    /// A request for each shard that so small a site keeps busy.
    private static let inFlightMax = 2 * 5000

    private func table(_ courses: [OutageCourse], _ reckonings: [OutageReckoning], _ word: String) -> FigureTable {
      var table = FigureTable(
        "\(targets) targets × \(series) series every \(interval) s, endpoint answers 503 for "
          + "\(Int(outage.inSeconds)) s, \(word) and a new start in its middle; load of the machine \(Bench.load)",
        columns: [word] + courses.map { "\($0.entrant.name) \($0.entrant.version)" })
      func row(_ name: String, _ value: (OutageCourse, OutageReckoning) -> String) {
        table.add(name, zip(courses, reckonings).map(value))
      }
      row("samples served") { $1.served.grouped }
      row("arrived once") { $1.arrivedOnce.grouped }
      row("lost") { "\($1.lost.grouped) (\(($1.lostShare * 100).rounded(to: 2)) %)" }
      row("out of order") { $1.outOfOrder.grouped }
      row("came twice") { $1.duplicates.grouped }
      row("seconds to stop") { course, _ in
        (course.stopSeconds?.rounded(to: 1) ?? "–") + (course.wasKilled ? ", then killed" : "")
      }
      row("longest time between two pages of a target, seconds") { course, _ in
        course.pages.longestGapSeconds.rounded(to: 1)
      }
      row("seconds from recovery until all had come") { course, reckoning in
        course.catchUpSeconds(lostPages: reckoning.lostPages)?.rounded(to: 1) ?? "–"
      }
      row("peak memory") { course, _ in "\(course.peakMebibytes.rounded(to: 0)) MiB" }
      row("CPU seconds") { course, _ in course.cpuSeconds.rounded(to: 1) }
      return table
    }
  }
}
