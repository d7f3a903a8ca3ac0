import MetricModel
import Testing

@testable import SampleLog

@Suite("The gate in front of the log")
struct LogGateTests {
  @Test("While it is closed nothing is taken, and whoever brings samples is told why")
  func closed() throws {
    let gate = LogGate()
    try gate.check()
    gate.close("the bound is reached")
    #expect(throws: SampleSinkError(.full, "the bound is reached")) { try gate.check() }
    gate.open()
    try gate.check()
  }
}
