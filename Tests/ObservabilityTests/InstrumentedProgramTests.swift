import Diagnostics
import Testing

@testable import Observability

@Suite("Programs that are instrumented")
struct InstrumentedProgramTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var language: InstrumentationLanguage
    var delivery: InstrumentedProgram.Delivery
    var testDescription: String { "\(language.title), \(delivery.rawValue)" }
    var program: InstrumentedProgram { InstrumentedProgram(language: language, delivery: delivery) }

    static let all = InstrumentationLanguage.allCases.flatMap { language in
      InstrumentedProgram.Delivery.allCases.map { Case(language: language, delivery: $0) }
    }
  }

  @Test("The first lines say the name of the file, what it needs and how it is run", arguments: Case.all)
  func head(_ one: Case) {
    let lines = one.program.file.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].contains(one.program.file.name))
    let head = lines.prefix(16).joined(separator: "\n")
    #expect(head.contains("Needs:") && head.contains("Run:"))
    #expect(head.contains(one.program.runCommand.split(separator: " ").first ?? "?"))
    #expect(head.contains("PUSH_URL") == (one.delivery == .push))
    for package in one.program.installCommand.split(separator: "'").filter({ $0.contains("=") }) {
      #expect(head.contains(package))
    }
  }

  @Test("No line that was meant for the generator is left, nor a blank end", arguments: Case.all)
  func marks(_ one: Case) {
    let text = one.program.file.text
    #expect(!text.contains("//@") && !text.contains("#@"))
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n") && !text.contains("\n\n\n\n"))
    #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test("Marks of a template are known words, and its end is for all", arguments: InstrumentationLanguage.allCases)
  func knownMarks(_ language: InstrumentationLanguage) {
    let marks = String(decoding: language.template, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix("//@") || $0.hasPrefix("#@") }
      .map { String($0.drop { $0 == "/" || $0 == "#" || $0 == "@" }) }
    #expect(Set(marks) == ["all", "page", "push"])
  }

  @Test("All count the same under the same names", arguments: Case.all)
  func names(_ one: Case) {
    let text = one.program.file.text
    for name in [
      "http_requests_total", "http_request_duration_seconds", "http_requests_in_flight", "http_response_bytes_total",
      "orders_processed_total", "app_build",
    ] { #expect(text.contains("\"\(name)"), "\(name)") }
    #expect(text.contains("metric_pushes_total") == (one.delivery == .push))
    #expect(text.contains("\"/metrics\"") == (one.delivery == .page))
    #expect(text.contains("/orders/{id}") && text.contains("xemplar"))
  }
}
