import Testing

@testable import godwit

@Suite("The demo's view")
struct DemoViewTests {
  private let view = DemoView(width: 100, paint: Paint(isColoured: false))

  private var report: DemoReport {
    var report = DemoReport()
    report.message = "Remote Write 2.0"
    report.agentAddress = "127.0.0.1:1"
    report.receiverAddress = "127.0.0.1:2"
    report.taken = 12_345
    report.acknowledged = 12_000
    report.waiting = 345
    report.oldestWaitingSeconds = 1.26
    report.received = 12_000
    report.series = 800
    report.bytesPerSample = 3.14
    report.requests = [.init(status: 0, count: 1), .init(status: 204, count: 30), .init(status: 503, count: 2)]
    report.targets = [
      .init(job: "agent", isUp: true), .init(job: "machine", isUp: false), .init(job: "new", isUp: nil),
    ]
    report.elapsedSeconds = 63
    report.history = [0, 7, 14]
    return report
  }

  @Test("The picture shows every figure of the report")
  func picture() {
    let lines = view.lines(report)
    #expect(
      lines.prefix(14) == [
        "", "  godwit demo   Remote Write 2.0, a scrape every 2 s, running for 1:03", "",
        "  targets        agent up   machine down   new …",
        "  samples/s                  7  ▁▅█", "",
        "  taken                 12,345",
        "  acknowledged          12,000",
        "  waiting                  345  the oldest for 1.3 s",
        "  refused                    0", "",
        "  received              12,000  in 800 series, 0 twice, 0 out of order",
        "  requests       no answer × 1   204 × 30   503 × 2",
        "  bytes/sample             3.1",
      ])
    #expect(lines.contains("  curl -X POST 'http://127.0.0.1:2/api/v1/receive/misbehave?status=503&for=10s'"))
  }

  @Test("What seldom happens has a line only when it happened", arguments: ["dropped", "expired", "damaged"])
  func seldom(_ word: String) {
    #expect(!view.lines(report).contains { $0.hasPrefix("  \(word)") })
    var report = report
    switch word {
    case "dropped": report.dropped = 5
    case "expired": report.expired = 5
    default: report.damaged = 5
    }
    #expect(view.lines(report).contains { $0.hasPrefix("  \(word)") && $0.hasSuffix(" 5") })
  }

  @Test("No line is wider than the screen, coloured or not", arguments: [1, 10, 20, 40, 79, 200], [false, true])
  func width(_ width: Int, _ isColoured: Bool) {
    let lines = DemoView(width: width, paint: Paint(isColoured: isColoured)).lines(report)
    #expect(lines.allSatisfy { Paint.width(of: $0) <= width })
  }

  @Test("Colours change no letter, and none is left on at the end of a line", arguments: [30, 100])
  func colours(_ width: Int) {
    let plain = DemoView(width: width, paint: Paint(isColoured: false)).lines(report)
    let coloured = DemoView(width: width, paint: Paint(isColoured: true)).lines(report)
    #expect(coloured != plain)
    #expect(coloured.map(Self.withoutEscapes) == plain)
    for line in coloured where line.contains("\u{1B}") {
      #expect(line.ranges(of: "\u{1B}[0m").count == line.ranges(of: "\u{1B}[").count / 2 + (Self.isCut(line) ? 1 : 0))
    }
  }

  @Test("The plain line names what is down and what was answered")
  func line() {
    #expect(
      view.line(report)
        == "1:03  taken 12345  acknowledged 12000  waiting 345  refused 0  7 samples/s  no answer × 1  204 × 30  "
        + "503 × 2  3.1 bytes/sample  down: machine")
  }

  @Test("The balance is an equation with its numbers")
  func balance() {
    #expect(
      view.balance(report) == [
        "taken = acknowledged + waiting + refused + dropped + expired", "12345 = 12000 + 345 + 0 + 0 + 0",
        "The receiver has 12000 samples in 800 series, 0 twice, 0 out of order; 3.1 bytes a sample.",
        "Not right: 345 samples still wait.",
      ])
  }

  @Test("A balance that does not hold is not written as one that does")
  func noBalance() {
    var report = report
    report.taken += 1
    #expect(view.balance(report)[1] == "12346 ≠ 12000 + 345 + 0 + 0 + 0")
  }

  private static func withoutEscapes(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9]*m/, with: "")
  }

  /// A line that was cut has one more end of colours than beginnings need.
  private static func isCut(_ line: String) -> Bool { line.ranges(of: "\u{1B}[").count % 2 == 1 }
}
