package import DurableLog
package import MetricModel
package import Relabeling
package import RemoteWriteProtocol
import SampleLog

/// The requests that a log makes for an endpoint, one after another: what a shard computes, without its endpoint, its
/// ledger and its waiting. It is how that can be measured alone.
///
///     var requests = LogRequests(log, registry, program: program, version: .v2, samplesMax: 2_000)
///     while try requests.next(into: &body) > 0 { count(body) }
package struct LogRequests: ~Copyable {
  private let registry: SeriesRegistry
  private let samplesMax: Int
  private let filter = RequestAssembler.Filter(keepsExemplars: true, keepsHistograms: true, oldestMs: .min)
  private var reader: LogReader
  private var decoded = DecodedRecord()
  private var resolver: SeriesResolver
  private var assembler = RequestAssembler()
  private var press = RequestPress()

  /// - Parameters:
  ///   - log: read from its first record on.
  ///   - samplesMax: the most samples that a request may have, 1 at least.
  package init(
    _ log: DurableLog, _ registry: SeriesRegistry, externalLabels: LabelSet = LabelSet(), program: RelabelProgram,
    version: WriteMessageVersion, samplesMax: Int
  ) {
    self.registry = registry
    self.samplesMax = samplesMax
    reader = LogReader(log, from: .start)
    resolver = SeriesResolver(registry: registry, externalLabels: externalLabels, program: program)
    press.begin(version)
  }

  /// Puts the next request into `body`, in place of what that held, uncompressed.
  ///
  /// - Parameter fullOnly: leaves what does not fill a request for later.
  /// - Returns: how many samples the request has; 0 if there is none, and `body` is then as it was.
  /// - Throws: `LogError` where the log cannot be read, `SampleRecordError` where a record cannot.
  package mutating func next(into body: inout [UInt8], fullOnly: Bool = false) throws -> Int {
    while assembler.keptCount < samplesMax, try read() {}
    guard assembler.keptCount >= (fullOnly ? samplesMax : 1) else { return 0 }
    let cut = assembler.cut(maxKept: samplesMax)
    assembler.encode(cut, into: &press, registry)
    press.encoder.finish(into: &body)
    assembler.removeFirst(cut)
    return cut.kept
  }

  /// Takes in one record.
  ///
  /// - Returns: false at the end of the log.
  private mutating func read() throws -> Bool {
    switch try reader.next(wanted: { _ in true }) {
    case .end: return false
    case .damaged, .missing: return true
    case .record(let record):
      resolver.begin(record.position.segment, oldestWaiting: assembler.oldestSegment)
      try decoded.decode(record, from: reader.bytes)
      resolver.define(decoded.definitions, in: reader.bytes)
      assembler.append(record, decoded, from: 0, resolver, filter)
      return true
    }
  }
}
