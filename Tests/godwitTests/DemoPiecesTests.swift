import Testing

@testable import godwit

@Suite("Pieces of the demo")
struct DemoPiecesTests {
  @Test(
    "Numbers are grouped by three", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")])
  func grouped(_ number: Int, _ text: String) { #expect(Figure.grouped(number) == text) }

  @Test(
    "One decimal, rounded",
    arguments: [(0.0, "0.0"), (3.14, "3.1"), (0.96, "1.0"), (-2.55, "-2.6"), (.nan, "?"), (.infinity, "?")])
  func tenths(_ number: Double, _ text: String) { #expect(Figure.tenths(number) == text) }

  @Test(
    "How many times something is something else has more decimals near one",
    arguments: [(5.94, "5.9"), (0.967, "0.97"), (1, "1.00"), (1.996, "2.0"), (0, "0.00"), (.nan, "?")]
      as [(Double, String)])
  func times(_ ratio: Double, _ text: String) { #expect(Figure.times(ratio) == text) }

  @Test(
    "A time of day's clock without the day",
    arguments: [(0.0, "0:00"), (59.9, "0:59"), (754, "12:34"), (3723, "1:02:03"), (-1, "0:00"), (.nan, "0:00")])
  func clock(_ seconds: Double, _ text: String) { #expect(Figure.clock(seconds: seconds) == text) }

  @Test("The sparkline shows the newest numbers against their greatest")
  func sparkline() {
    #expect(Sparkline.text([], width: 5) == "")
    #expect(Sparkline.text([0, 0], width: 5) == "▁▁")
    #expect(Sparkline.text([100, 0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([1], width: -1) == "")
    #expect(Sparkline.text([.max, 0], width: 2) == "█▁")
  }

  @Test("The exporter's address is read from its log once the line is complete")
  func exporterAddress() {
    let line = #"ts=… level=info msg="Listening on" address=127.0.0.1:41515"#
    #expect(NodeExporter.address(in: line) == nil)
    #expect(NodeExporter.address(in: "a\n" + line + "\n") == "127.0.0.1:41515")
    #expect(NodeExporter.address(in: #"{"msg":"other"}"# + "\n") == nil)
  }

  @Test("The recorder keeps differences, and no more than it says")
  func recorder() {
    let start = ContinuousClock.now
    var recorder = DemoRecorder(start: start)
    for second in 1...(DemoRecorder.historyMax + 10) { recorder.tick(taken: UInt64(second * second)) }
    let report = recorder.completing(DemoReport(), at: start + .milliseconds(2500))
    #expect(report.history.count == DemoRecorder.historyMax)
    #expect(report.history.last == UInt64(2 * (DemoRecorder.historyMax + 10) - 1))
    #expect(report.elapsedSeconds == 2.5)
  }

  @Test("A count that falls back is no sample, not a trap")
  func recorderFallsBack() {
    var recorder = DemoRecorder(start: .now)
    recorder.tick(taken: 5)
    recorder.tick(taken: 3)
    #expect(recorder.completing(DemoReport(), at: .now).history == [5, 0])
  }

  @Test("The configuration names the message and, where there is an exporter, the machine")
  func configuration() {
    var configuration = DemoConfiguration(isVersion1: false, receiverAddress: "127.0.0.1:2")
    #expect(configuration.text.contains("protobuf_message: io.prometheus.write.v2.Request\n"))
    #expect(!configuration.text.contains("machine"))
    configuration.isVersion1 = true
    configuration.machineAddress = "127.0.0.1:3"
    #expect(configuration.text.contains("protobuf_message: prometheus.WriteRequest\n"))
    #expect(configuration.text.contains("  - job_name: machine\n"))
  }
}
