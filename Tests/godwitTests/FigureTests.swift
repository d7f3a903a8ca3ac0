import Testing

@testable import godwit

@Suite("Figures for people")
struct FigureTests {
  @Test(
    "Sizes have one decimal and the largest unit that fits",
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_524, "1023.9 KiB"), (1_048_575, "1.0 MiB"),
      (1_503_238_553, "1.4 GiB"), (UInt64.max, "16.0 EiB"),
    ])
  func bytes(_ count: UInt64, _ text: String) { #expect(Figure.bytes(count) == text) }

  @Test(
    "Ages have their two largest units",
    arguments: [
      (-5, "0s"), (999, "0s"), (42_000, "42s"), (185_000, "3m 5s"), (7_800_000, "2h 10m"), (7_200_000, "2h"),
      (349_200_000, "4d 1h"),
    ])
  func age(_ milliseconds: Int64, _ text: String) { #expect(Figure.age(milliseconds: milliseconds) == text) }

  @Test(
    "Times are those of the calendar in UTC",
    arguments: [
      (0, "1970-01-01 00:00:00"), (-1, "1969-12-31 23:59:59"), (951_782_400_000, "2000-02-29 00:00:00"),
      (1_795_376_305_999, "2026-11-22 19:38:25"), (4_107_542_399_000, "2100-02-28 23:59:59"),
      (4_107_542_400_000, "2100-03-01 00:00:00"), (Int64.max, "?"),
    ])
  func time(_ milliseconds: Int64, _ text: String) { #expect(Figure.time(milliseconds: milliseconds) == text) }

  @Test("Columns are as wide as they have to be, whatever colours are in them")
  func table() {
    var table = Table([("name", .left), ("samples", .right), ("words", .left)])
    table.add(["a", Paint(isColoured: true)("1,000,000", .good), "yes"])
    table.add(["longer", "2", "no"])
    let lines = table.lines(Paint(isColoured: false)).map { Paint.width(of: $0) }
    #expect(lines == [24, 22, 21])
    #expect(table.lines(Paint(isColoured: false)).last == "longer          2  no")
  }

  @Test("Somebody else's words cannot steer the terminal, and are cut")
  func words() {
    #expect(QuarantineView.oneLine("out\u{1B}[31m of\norder") == "out [31m of order")
    #expect(QuarantineView.oneLine(String(repeating: "é", count: 300)).count == 100)
  }
}
