import Exposition
import Testing

@Suite("Pages whose reading by the reference implementation is known")
struct GoldenPageTests {
  let pages: [GoldenPage]

  init() throws {
    pages = try GoldenPage.all()
    #expect(pages.count == 1_500)
  }

  @Test("Every page is refused or read as the reference does, to the bit")
  func verdictAndEntries() throws {
    for (number, page) in pages.enumerated() {
      let format = try #require(ExpositionFormat(contentType: page.contentType))
      var read: [GoldenPage.Entry]?
      var refusal = ""
      do { read = try entries(of: page.body, format) } catch { refusal = "\(error)" }
      let text = String(decoding: page.body, as: UTF8.self)
      #expect((read != nil) == page.ok, "page \(number + 1): \(refusal)\n\(text.debugDescription)")
      guard page.ok, let read else { continue }
      let expected = (page.entries ?? []).map(\.comparable)
      #expect(read.map(\.comparable) == expected, "page \(number + 1):\n\(text.debugDescription)")
    }
  }

  @Test("Every refusal says in which line, what was expected and what was found")
  func refusals() throws {
    for (number, page) in pages.enumerated() where !page.ok {
      let format = try #require(ExpositionFormat(contentType: page.contentType))
      let error = try #require(throws: ExpositionError.self) { _ = try entries(of: page.body, format) }
      #expect(error.offset <= page.body.count)
      let newlines = page.body.prefix(error.offset).count { $0 == UInt8(ascii: "\n") }
      #expect(error.line == newlines + 1, "page \(number + 1)")
      #expect(error.message.hasPrefix("expected ") && error.message.contains(", found "), "page \(number + 1)")
    }
  }
}

extension GoldenPage.Entry {
  /// Without what the golden file does not mean: its encoder drops the sign of -0, its value is there for people,
  /// its lists may be absent instead of empty.
  var comparable: Self {
    var copy = self
    copy.value = nil
    if copy.bits == "8000000000000000" { copy.bits = "0" }
    if let bits = copy.bits { copy.bits = String(UInt64(bits, radix: 16) ?? 0, radix: 16) }
    copy.exemplars = copy.exemplars?.map {
      var exemplar = $0
      exemplar.bits = String(UInt64($0.bits, radix: 16) ?? 0, radix: 16)
      return exemplar
    }
    return copy
  }
}
