import GodwitTesting
import MetricModel
import Relabeling
import SampleLog
import Testing

@testable import Delivery

@Suite("The series resolver")
struct SeriesResolverTests {
  private let registry = SeriesRegistry()

  private func resolver(external: LabelSet = LabelSet(), rules: [RelabelRule] = []) throws -> SeriesResolver {
    var resolver = SeriesResolver(registry: registry, externalLabels: external, program: try RelabelProgram(rules))
    resolver.begin(1, oldestWaiting: nil)
    return resolver
  }

  private func labels(_ number: UInt32) -> LabelSet { registry.withTable { $0.labels(of: SeriesID(rawValue: number)) } }
  private var held: Int { registry.withTable { $0.count } }

  @Test("External labels are added, and the label of the series wins")
  func externalLabels() throws {
    var resolver = try resolver(external: LabelSet(["region": "eu", "cluster": "c1"]))
    resolver.define(0, LabelSet(["__name__": "up", "cluster": "mine"]), .none)
    #expect(labels(resolver.resolve(0)) == LabelSet(["__name__": "up", "cluster": "mine", "region": "eu"]))
  }

  @Test("Write relabelling sees the external labels, may change labels and may drop")
  func relabelling() throws {
    var resolver = try resolver(
      external: LabelSet(["region": "eu"]),
      rules: [
        RelabelRule(sourceLabels: ["region", "__name__"], regex: "eu;go_.*", action: "drop"),
        RelabelRule(sourceLabels: ["job"], targetLabel: "service"),
        RelabelRule(regex: "job|region", action: "labeldrop"),
      ])
    resolver.define(5, LabelSet(["__name__": "go_threads", "job": "a"]), .none)
    resolver.define(6, LabelSet(["__name__": "up", "job": "a"]), .none)
    #expect(resolver.resolve(5) == SeriesResolver.dropped)
    #expect(labels(resolver.resolve(6)) == LabelSet(["__name__": "up", "service": "a"]))
    #expect(resolver.resolve(7) == SeriesResolver.unknown)
    #expect(resolver.resolve(4_000_000_000) == SeriesResolver.unknown)
  }

  @Test("A series that loses all its labels is dropped")
  func noLabelsLeft() throws {
    var resolver = try resolver(rules: [RelabelRule(regex: ".*", action: "labeldrop")])
    resolver.define(0, LabelSet(["__name__": "up"]), .none)
    #expect(resolver.resolve(0) == SeriesResolver.dropped)
  }

  @Test("Metadata stays with the series through relabelling")
  func metadata() throws {
    var resolver = try resolver(external: LabelSet(["a": "b"]))
    resolver.define(0, LabelSet(["__name__": "up"]), MetricMetadata(type: .gauge, help: "Up.", unit: "s"))
    let id = SeriesID(rawValue: resolver.resolve(0))
    let (type, help) = registry.withTable { table in
      (table.metadata(of: id).type, table.symbols.string(of: table.metadata(of: id).help))
    }
    #expect(type == .gauge)
    #expect(help == "Up.")
  }

  @Test("The verdict on a series is kept over segments, whatever number the segment gives it")
  func verdictOnce() throws {
    var resolver = try resolver(external: LabelSet(["region": "eu"]))
    let series = LabelSet(["__name__": "up"])
    resolver.define(3, series, .none)
    let first = resolver.resolve(3)
    #expect(held == 2)
    for segment in 2...6 as ClosedRange<UInt64> {
      resolver.begin(segment, oldestWaiting: nil)
      #expect(resolver.resolve(3) == SeriesResolver.unknown, "a segment defines its numbers anew")
      resolver.define(UInt32(segment), series, .none)
      #expect(resolver.resolve(UInt32(segment)) == first)
      #expect(held == 2)
    }
    resolver.release()
    #expect(held == 0)
    #expect(registry.withTable { $0.symbols.count } == 1)
  }

  @Test("A series that two segments did not mention is forgotten")
  func forgotten() throws {
    var resolver = try resolver(external: LabelSet(["region": "eu"]))
    resolver.define(0, LabelSet(["__name__": "gone"]), .none)
    resolver.begin(2, oldestWaiting: nil)
    #expect(held == 2)
    resolver.begin(3, oldestWaiting: nil)
    #expect(held == 0)
  }

  @Test("A series that waiting samples name is kept, however many segments have begun since")
  func neededByWaiting() throws {
    var resolver = try resolver(external: LabelSet(["region": "eu"]))
    resolver.define(0, LabelSet(["__name__": "gone"]), .none)
    let number = resolver.resolve(0)
    for segment in 2...9 as ClosedRange<UInt64> { resolver.begin(segment, oldestWaiting: 1) }
    #expect(labels(number)["__name__"] == "gone")
    resolver.begin(10, oldestWaiting: 2)
    #expect(held == 0)
  }

  @Test("Two series that relabelling makes equal share what is sent and are forgotten together")
  func merged() throws {
    var resolver = try resolver(rules: [RelabelRule(regex: "pod", action: "labeldrop")])
    resolver.define(0, LabelSet(["__name__": "up", "pod": "a"]), .none)
    resolver.define(1, LabelSet(["__name__": "up", "pod": "b"]), .none)
    resolver.define(2, LabelSet(["__name__": "up"]), .none)
    #expect(resolver.resolve(0) == resolver.resolve(1))
    #expect(resolver.resolve(2) == resolver.resolve(1))
    #expect(held == 3)
    resolver.release()
    #expect(held == 0)
  }

  @Test("A number that is defined anew in a segment means the new series from there on")
  func redefined() throws {
    var resolver = try resolver()
    resolver.define(0, LabelSet(["__name__": "old"]), .none)
    let old = resolver.resolve(0)
    resolver.define(0, LabelSet(["__name__": "new"]), .none)
    #expect(labels(resolver.resolve(0))["__name__"] == "new")
    #expect(labels(old)["__name__"] == "old", "samples read before still name it")
  }

  @Test(
    "Whatever a segment calls a series, by the process's own number or by another's, each number means what it was given",
    arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let all = (0..<600).map { LabelSet(["__name__": "m", "n": "\($0)"]) }
    for labels in all { _ = registry.withTable { $0.register(labels) } }
    // With the rule some are dropped and the others sent as they are, all but one as another one.
    let rules = [
      RelabelRule(sourceLabels: ["n"], regex: ".*7", action: "drop"),
      RelabelRule(sourceLabels: ["n"], targetLabel: "n", regex: "31", replacement: "thirty-one"),
    ]
    var resolver = try resolver(rules: seed % 2 == 0 ? [] : rules)
    for segment in 2...9 as ClosedRange<UInt64> {
      resolver.begin(segment, oldestWaiting: nil)
      var meant: [UInt32: LabelSet] = [:]
      for series in 0..<600 where !random.oneIn(4) {
        // As in a log that was begun by another process: most segments are all our own.
        let isOwn = segment % 3 > 0 || !random.oneIn(9)
        let number = isOwn ? UInt32(series) : UInt32.random(in: 0..<700, using: &random)
        resolver.define(number, all[series], .none)
        meant[number] = all[series]
      }
      for number in 0..<700 as Range<UInt32> {
        check(resolver.resolve(number), meant[number], hasRules: seed % 2 > 0, "seed \(seed), \(segment), \(number)")
      }
      var column: [UInt32] = [1, 2]
      resolver.resolve(SeriesRun(first: 100, count: 560), from: 3, into: &column)
      #expect(column == [1, 2] + (103..<660).map { resolver.resolve($0) }, "seed \(seed), \(segment)")
    }
    resolver.release()
    #expect(held == 600)
  }

  private func check(_ resolved: UInt32, _ meant: LabelSet?, hasRules: Bool, _ place: Comment) {
    guard let meant, let number = meant["n"] else {
      #expect(resolved == SeriesResolver.unknown, place)
      return
    }
    if hasRules && number.hasSuffix("7") {
      #expect(resolved == SeriesResolver.dropped, place)
    } else {
      #expect(resolved < SeriesResolver.unknown, place)
      guard resolved < SeriesResolver.unknown else { return }
      #expect(labels(resolved)["n"] == (hasRules && number == "31" ? "thirty-one" : number), place)
    }
  }
}
