import GodwitTesting
import Testing

@testable import MetricModel

@Suite("The symbol table")
struct SymbolTableTests {
  @Test("Number 0 is the empty string, in a new table and for ever")
  func emptyText() {
    var table = SymbolTable()
    #expect(table.intern("") == 0)
    #expect(table.release(0) == false)
    #expect(table.bytes(of: 0).isEmpty)
    #expect(table.find([]) == 0)
    #expect(table.count == 1)
  }

  @Test("A text has one number however often it is interned, and numbers are dense")
  func dense() {
    var table = SymbolTable()
    let numbers = ["a", "b", "a", "c", "b", "a"].map { table.intern($0) }
    #expect(numbers == [1, 2, 1, 3, 2, 1])
    #expect(table.numberLimit == 4)
    #expect(table.byteCount == 3)
    #expect(table.string(of: 2) == "b")
    #expect(table.find([0x63]) == 3)
    #expect(table.find([0x64]) == nil)
  }

  @Test("Texts that Unicode calls equal but whose bytes differ stay apart")
  func bytesNotCharacters() {
    var table = SymbolTable()
    #expect(table.intern("\u{e9}") != table.intern("e\u{301}"))
  }

  @Test("A text is forgotten with its last holder, and its number is given to another")
  func reuse() {
    var table = SymbolTable()
    let first = table.intern("first")
    table.retain(first)
    #expect(table.release(first) == false)
    #expect(table.reuseCount == 0)
    #expect(table.release(first) == true)
    #expect(table.find(ArraySlice("first".utf8)) == nil)
    #expect(table.bytes(of: first).isEmpty)
    #expect(table.intern("second") == first)
    #expect(table.reuseCount == 1)
  }

  @Test("After removing all, numbers begin anew")
  func removeAll() {
    var table = SymbolTable()
    table.intern("a")
    table.intern("b")
    table.removeAll()
    #expect(table.count == 1)
    #expect(table.byteCount == 0)
    #expect(table.find([0x61]) == nil)
    #expect(table.intern("c") == 1)
  }

  @Test("Freed bytes are squeezed out, and what is held survives")
  func compaction() {
    var table = SymbolTable()
    let texts = (0..<2000).map { "text number \($0) " + String(repeating: "x", count: $0 % 40) }
    let numbers = texts.map { table.intern($0) }
    let arenaBefore = table.arena.count
    for (index, number) in numbers.enumerated() where index % 10 != 0 { table.release(number) }
    #expect(table.arena.count < arenaBefore / 2)
    #expect(table.arena.count >= table.byteCount)
    for index in stride(from: 0, to: 2000, by: 10) { #expect(table.string(of: numbers[index]) == texts[index]) }
  }

  @Test("Texts that come and go, each as long as one that went, leave the arena as it was")
  func churn() {
    var table = SymbolTable()
    var numbers = (0..<1000).map { table.intern("container-\(100_000 + $0)") }
    let (capacity, count) = (table.arena.capacity, table.arena.count)
    for text in 0..<50_000 {
      let place = text % numbers.count
      table.release(numbers[place])
      numbers[place] = table.intern("container-\(200_000 + text)")
      #expect(table.string(of: numbers[place]) == "container-\(200_000 + text)")
    }
    #expect(table.arena.capacity == capacity)
    #expect(table.arena.count == count)
    for (place, number) in numbers.enumerated() {
      #expect(table.string(of: number) == "container-\(249_000 + place)")
    }
  }

  @Test("A text is that of its number alone, and of no number that was given back")
  func isText() {
    var table = SymbolTable()
    let number = table.intern("some")
    #expect(table.isText(of: number, ArraySlice("some".utf8)))
    #expect(!table.isText(of: number, ArraySlice("same".utf8)))
    #expect(!table.isText(of: number, []))
    #expect(!table.isText(of: number + 1, ArraySlice("some".utf8)))
    #expect(table.isText(of: 0, []))
    table.release(number)
    #expect(!table.isText(of: number, []))
    #expect(!table.isText(of: number, ArraySlice("some".utf8)))
  }

  @Test("It agrees with a dictionary over thousands of random steps", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = SymbolTable()
    var held: [String: (number: UInt32, references: Int)] = [:]
    for step in 0..<20_000 {
      let text =
        String(repeating: "k", count: Int.random(in: 1...12, using: &random))
        + String(Int.random(in: 0..<300, using: &random))
      // Phases of growth and of decline, so that compaction and reuse both happen.
      let growing = (step / 2500) % 2 == 0
      if Int.random(in: 0..<10, using: &random) < (growing ? 7 : 3) {
        let number = table.intern(text)
        if let known = held[text] { #expect(known.number == number, "seed \(seed), step \(step)") }
        held[text, default: (number, 0)].references += 1
      } else if let known = held[text] {
        let isGone = table.release(known.number)
        #expect(isGone == (known.references == 1), "seed \(seed), step \(step)")
        held[text] = isGone ? nil : (known.number, known.references - 1)
      } else {
        #expect(table.find(ArraySlice(text.utf8)) == nil, "seed \(seed), step \(step)")
      }
      guard step % 1000 == 0 else { continue }
      for (text, known) in held { #expect(table.string(of: known.number) == text, "seed \(seed), step \(step)") }
    }
    #expect(table.count == held.count + 1, "seed \(seed)")
    #expect(table.byteCount == held.keys.reduce(0) { $0 + $1.utf8.count }, "seed \(seed)")
    #expect(Set(held.values.map(\.number)).count == held.count, "seed \(seed)")
    for (text, known) in held {
      #expect(table.string(of: known.number) == text, "seed \(seed)")
      #expect(table.find(ArraySlice(text.utf8)) == known.number, "seed \(seed)")
    }
  }

  @Test("Texts that are given back together are gone, and no other one changes", arguments: 0..<10 as Range<UInt64>)
  func givenBackTogether(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = SymbolTable()
    var live: [UInt32: (text: String, references: Int)] = [:]
    for step in 0..<300 {
      // Long enough that the arena is squeezed again and again.
      let text = { (number: Int) in String(repeating: "text \(number) ", count: 1 + number % 9) }
      for _ in 0..<Int.random(in: 0..<30, using: &random) {
        let text = text(Int.random(in: 0..<400, using: &random))
        let number = table.intern(text)
        live[number] = (text, (live[number]?.references ?? 0) + 1)
      }
      var given: [UInt32] = [0]
      for number in live.keys.sorted() where random.oneIn(step % 10 == 0 ? 1 : 9) {
        // One that was held twice may be given back twice at once.
        for _ in 0..<(live[number]?.references ?? 0) { given.append(number) }
        live[number] = nil
      }
      given.shuffle(using: &random)
      table.release(given.span)
      #expect(table.count == live.count + 1, "seed \(seed), step \(step)")
      for (number, entry) in live {
        #expect(table.string(of: number) == entry.text, "seed \(seed), step \(step)")
      }
    }
  }
}
