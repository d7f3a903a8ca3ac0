import Testing

@testable import godwit

@Suite("The demo's verdict")
struct DemoReportTests {
  private var perfect: DemoReport {
    var report = DemoReport()
    report.taken = 100
    report.acknowledged = 100
    report.received = 100
    return report
  }

  @Test("Everything taken, acknowledged and received once is right")
  func right() {
    #expect(perfect.isBalanced)
    #expect(perfect.flaws.isEmpty)
  }

  static let flaws: [(String, @Sendable (inout DemoReport) -> Void)] = [
    ("nothing was taken", { $0 = DemoReport() }),
    ("the balance does not hold", { $0.taken = 101 }),
    ("1 samples still wait", { ($0.waiting, $0.taken) = (1, 101) }),
    ("2 samples were refused", { ($0.refused, $0.taken) = (2, 102) }),
    ("3 samples were dropped", { ($0.dropped, $0.taken) = (3, 103) }),
    ("4 samples were expired", { ($0.expired, $0.taken) = (4, 104) }),
    ("5 samples were damaged", { ($0.damaged, $0.taken) = (5, 105) }),
    ("the receiver has 99 samples, not 100", { $0.received = 99 }),
    ("6 samples came twice", { $0.duplicates = 6 }),
    ("7 samples came out of order", { $0.outOfOrder = 7 }),
    ("8 breaches of the specification", { $0.breaches = 8 }),
  ]

  @Test("Anything else is named", arguments: flaws.indices)
  func wrong(_ index: Int) {
    var report = perfect
    Self.flaws[index].1(&report)
    #expect(report.flaws == [Self.flaws[index].0])
  }

  @Test("The rate is the mean of the last ten seconds")
  func rate() {
    var report = perfect
    #expect(report.samplesPerSecond == 0)
    report.history = Array(repeating: 1000, count: 50) + Array(repeating: 10, count: 5) + Array(repeating: 20, count: 5)
    #expect(report.samplesPerSecond == 15)
  }
}
