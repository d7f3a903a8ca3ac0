import GodwitTesting
import Testing

@testable import MetricModel

@Suite("The table of forms")
struct FormTableTests {
  private struct Form: Hashable {
    var names: [UInt32]
    var metadata: MetadataSymbols
  }

  @Test("Agrees with a dictionary over thousands of steps", arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = FormTable()
    var model: [Form: (number: UInt32, uses: Int)] = [:]
    for step in 0..<4000 {
      let form = Form(
        names: (0..<Int.random(in: 0..<4, using: &random)).map { _ in .random(in: 1..<5, using: &random) },
        metadata: MetadataSymbols(
          type: random.oneIn(3) ? .counter : .gauge, help: .random(in: 0..<2, using: &random), unit: 0))
      let found = table.find(form.names[...], form.metadata)
      #expect(found == model[form]?.number, "seed \(seed), step \(step)")
      if let known = model[form], Int.random(in: 0..<10, using: &random) < (step / 500 % 2 == 0 ? 4 : 7) {
        let isLast = table.removeUse(of: known.number)
        #expect(isLast == (known.uses == 1), "seed \(seed), step \(step)")
        if isLast { table.remove(known.number) }
        model[form] = isLast ? nil : (known.number, known.uses - 1)
      } else {
        let number = found ?? table.add(form.names, form.metadata)
        table.addUse(of: number)
        #expect(found != nil || !model.values.contains { $0.number == number }, "seed \(seed), step \(step)")
        model[form] = (number, (model[form]?.uses ?? 0) + 1)
      }
      if step % 100 > 0 { continue }
      for (form, known) in model {
        #expect(Array(table.names[table.names(of: known.number)]) == form.names, "seed \(seed), step \(step)")
        #expect(table.metadata(of: known.number) == form.metadata, "seed \(seed), step \(step)")
      }
    }
  }

  @Test("The names of a family's series are kept once, and go with the last of them")
  func shared() {
    var table = SeriesTable()
    let ids = (0..<1000).map { number in
      table.register(LabelSet(["__name__": "cpu", "mode": "m\(number)"]), MetricMetadata(type: .counter))
    }
    #expect(table.forms.names.symbols.count == 2)
    #expect(table.values.symbols.count == 2000)
    for id in ids { table.release(id) }
    // The place is taken by the next form of two names.
    let next = table.register(LabelSet(["__name__": "cpu", "core": "1"]))
    #expect(table.forms.names.symbols.count == 2)
    #expect(table.labelNames(of: next).map { table.symbols.string(of: $0) } == ["__name__", "core"])
    #expect(table.labelValues(of: next).map { table.symbols.string(of: $0) } == ["cpu", "1"])
  }
}
