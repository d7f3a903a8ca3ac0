import GodwitTesting
import Testing

@testable import MetricModel

@Suite("The series table")
struct SeriesTableTests {
  private struct Key: Hashable {
    var labels: LabelSet
    var metadata: MetricMetadata
  }

  @Test(
    "Agrees with a model over thousands of steps, and numbers never alias live series",
    arguments: 0..<25 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = SeriesTable()
    var live: [Key: (id: SeriesID, references: Int)] = [:]
    for step in 0..<4000 {
      let isGrowing = (step / 800) % 2 == 0
      if live.isEmpty || Int.random(in: 0..<10, using: &random) < (isGrowing ? 7 : 2) {
        let key = Self.key(&random)
        let id = table.register(key.labels, key.metadata)
        if let known = live[key] {
          #expect(known.id == id, "seed \(seed), step \(step)")
        } else {
          #expect(!live.values.contains { $0.id == id }, "seed \(seed), step \(step): \(id) is somebody else's")
        }
        live[key] = (id, (live[key]?.references ?? 0) + 1)
      } else if let entry = live.randomElement(using: &random) {
        if random.oneIn(4) {
          table.retain(entry.value.id)
          live[entry.key] = (entry.value.id, entry.value.references + 1)
        } else {
          table.release(entry.value.id)
          live[entry.key] = entry.value.references == 1 ? nil : (entry.value.id, entry.value.references - 1)
        }
      }
      #expect(table.count == live.count, "seed \(seed), step \(step)")
      if step % 200 == 0 { check(table, live, "seed \(seed), step \(step)") }
    }
    check(table, live, "seed \(seed), at the end")
    for entry in live.values { for _ in 0..<entry.references { table.release(entry.id) } }
    #expect(table.count == 0)
    #expect(table.symbols.count == 1, "seed \(seed): symbols are left over with no series")
    #expect(table.symbols.byteCount == 0)
  }

  private func check(_ table: SeriesTable, _ live: [Key: (id: SeriesID, references: Int)], _ place: String) {
    var texts: Set<[UInt8]> = [[]]
    for (key, entry) in live {
      #expect(table.labels(of: entry.id) == key.labels, "\(place)")
      let family = table.metadata(of: entry.id)
      #expect(family.type == key.metadata.type, "\(place)")
      #expect(table.symbols.string(of: family.help) == key.metadata.help, "\(place)")
      #expect(table.symbols.string(of: family.unit) == key.metadata.unit, "\(place)")
      var symbols = LabelSymbols()
      for (name, value) in zip(table.labelNames(of: entry.id), table.labelValues(of: entry.id)) {
        symbols.append(name, value)
      }
      #expect(table.find(symbols, family) == entry.id, "\(place)")
      for index in 0..<key.labels.count {
        texts.insert(Array(key.labels.name(at: index)))
        texts.insert(Array(key.labels.value(at: index)))
      }
      texts.insert(Array(key.metadata.help.utf8))
      texts.insert(Array(key.metadata.unit.utf8))
    }
    #expect(table.symbols.count == texts.count, "\(place): symbols are kept that no series uses")
  }

  /// Labels from a small world, so that series meet again and share their texts.
  private static func key(_ random: inout SeededRandom) -> Key {
    var labels = LabelSet()
    for _ in 0..<Int.random(in: 0..<5, using: &random) {
      labels.set("n\(Int.random(in: 0..<6, using: &random))", "v\(Int.random(in: 0..<8, using: &random))")
    }
    let metadata = MetricMetadata(
      type: random.oneIn(4) ? .counter : .unknown, help: random.oneIn(5) ? "help" : "",
      unit: random.oneIn(6) ? "v1" : "")
    return Key(labels: labels, metadata: metadata)
  }

  @Test("Registering a known series holds it once more and its symbols not at all")
  func symbolsAreHeldBySeries() {
    var table = SeriesTable()
    let labels = LabelSet(["__name__": "up", "job": "node"])
    let id = table.register(labels, MetricMetadata(type: .gauge, help: "Whether it is up.", unit: ""))
    for _ in 0..<3 {
      #expect(table.register(labels, MetricMetadata(type: .gauge, help: "Whether it is up.", unit: "")) == id)
    }
    for _ in 0..<4 {
      #expect(table.count == 1)
      table.release(id)
    }
    #expect(table.count == 0)
    #expect(table.symbols.count == 1)
  }

  @Test("A series with other metadata is another series")
  func metadataCounts() {
    var table = SeriesTable()
    let labels = LabelSet(["__name__": "up"])
    let ids = [
      table.register(labels), table.register(labels, MetricMetadata(type: .gauge)),
      table.register(labels, MetricMetadata(help: "h")), table.register(labels, MetricMetadata(unit: "h")),
    ]
    #expect(Set(ids).count == 4)
  }

  @Test("A definition is needed once for each segment and lane, and again when the number has a new owner")
  func definitions() {
    var table = SeriesTable()
    let id = table.register(LabelSet(["a": "1"]))
    var answers: [Bool] = []
    for (segment, lane) in [(1, 0), (1, 0), (1, 5), (1, 5), (2, 5), (2, 5)] as [(UInt32, UInt32)] {
      answers.append(table.needsDefinition(id, in: segment, lane: lane))
    }
    #expect(answers == [true, false, true, false, true, false])
    table.release(id)
    let next = table.register(LabelSet(["b": "2"]))
    #expect(next == id)
    let needs = table.needsDefinition(next, in: 2, lane: 5)
    #expect(needs)
  }

  @Test("What is said of definitions stays true when all marks have been given")
  func definitionsBeyondMarks() {
    var table = SeriesTable()
    let ids = [table.register(LabelSet(["a": "1"])), table.register(LabelSet(["b": "2"]))]
    let wasNeeded = table.needsDefinition(ids[1], in: 1, lane: 7)
    #expect(wasNeeded)
    for segment in 2...65_600 as ClosedRange<UInt32> {
      let needs = table.needsDefinition(ids[0], in: segment, lane: 7)
      #expect(needs, "segment \(segment)")
      // From there on marks are given again, the first among them, which this series has had all the time.
      guard segment > UInt32(UInt16.max) else { continue }
      let needsOther = table.needsDefinition(ids[1], in: segment, lane: 7)
      #expect(needsOther, "segment \(segment)")
      let needsAgain = table.needsDefinition(ids[1], in: segment, lane: 7)
      #expect(!needsAgain, "segment \(segment)")
    }
  }

  @Test("A series that more have held than can be counted is never forgotten, and any other with its last holder")
  func manyHolders() {
    var table = SeriesTable()
    let (many, few) = (table.register(LabelSet(["a": "1"])), table.register(LabelSet(["b": "2"])))
    let count = Int(SeriesTable.referencesMax) + 10
    for _ in 1..<count { table.retain(many) }
    for _ in 1..<count / 2 { table.retain(few) }
    for _ in 0..<count { table.release(many) }
    for _ in 0..<count / 2 { table.release(few) }
    #expect(table.count == 1)
    #expect(table.labels(of: many) == LabelSet(["a": "1"]))
    #expect(table.register(LabelSet(["a": "1"])) == many)
  }

  @Test("Numbers stay dense under churn")
  func dense() {
    var table = SeriesTable()
    for round in 0..<1000 {
      let id = table.register(LabelSet(["pod": "pod-\(round)", "app": "shop"]))
      #expect(id.rawValue == 0)
      table.release(id)
    }
    #expect(table.numberLimit == 1)
  }

  @Test(
    "The index finds what is in it and nothing else, also where all hashes collide",
    arguments: [1, 7, 1 << 20] as [UInt64])
  func index(distinctHashes: UInt64) {
    var random = SeededRandom(seed: distinctHashes)
    var index = NumberIndex()
    var live: Set<UInt32> = []
    let hash = { (number: UInt32) in UInt64(number) % distinctHashes &* 0x9e37_79b9 }
    for step in 0..<3000 {
      let number = UInt32.random(in: 0..<150, using: &random)
      if live.contains(number) {
        index.remove(number, hash: hash(number), hashOf: hash)
        live.remove(number)
      } else {
        index.insert(number, hash: hash(number), hashOf: hash)
        live.insert(number)
      }
      #expect(index.count == live.count)
      if step % 50 > 0 { continue }
      for candidate in 0..<150 as Range<UInt32> {
        let found = index.find(hash(candidate)) { $0 == candidate }
        #expect(found == (live.contains(candidate) ? candidate : nil), "step \(step)")
      }
    }
  }
}
