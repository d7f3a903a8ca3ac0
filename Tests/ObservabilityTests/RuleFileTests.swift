import Testing

@testable import Observability

@Suite("Rules that watch the watcher")
struct RuleFileTests {
  /// The usual options of a program, and with a bound on its log.
  static func file(_ program: WatchedProgram, cap: UInt64? = 10 << 30) throws -> RuleFile {
    RuleFile(program: program, options: try WatchOptions(for: program, logCapBytes: cap))
  }

  @Test("Every metric that a rule reads is shown by the program", arguments: WatchedProgram.allCases)
  func names(_ program: WatchedProgram) throws {
    let shown = try MetricNames.shown(by: program).union(["up"])
    for expression in try Self.file(program).expressions {
      let read = MetricNames.read(by: expression)
      #expect(!read.isEmpty, "\(expression)")
      #expect(read.subtracting(shown) == [], "\(expression)")
      #expect(MetricNames.unknownWords(in: expression) == [], "\(expression)")
    }
  }

  @Test("Every alert fires in one of the tests", arguments: WatchedProgram.allCases)
  func everyAlertIsTested(_ program: WatchedProgram) throws {
    let file = try Self.file(program)
    // With a bound on age, godwit tells of it; the scenario of the endpoint that is down must be longer than that.
    let kept = RuleFile(
      program: program,
      options: try WatchOptions(
        for: program, keep: program == .vmagent ? nil : .seconds(1800), logCapBytes: 10 << 30))
    let firing = RuleTests(of: file, in: "a.yml").firingAlerts.union(RuleTests(of: kept, in: "a.yml").firingAlerts)
    #expect(Set(file.alertNames).union(kept.alertNames) == firing)
  }

  @Test("There is a test in which rules drop on purpose and nothing fires", arguments: WatchedProgram.allCases)
  func intendedDrops(_ program: WatchedProgram) throws {
    let tests = RuleTests(of: try Self.file(program), in: "a.yml").scenarios
    let drop = try #require(tests.first { $0.name == "rules drop on purpose" })
    #expect(drop.firing.isEmpty)
    #expect(drop.series.contains { $0.series.contains("dropped") && $0.values.contains("60000x") })
  }

  @Test("No alert reads what is dropped on purpose", arguments: WatchedProgram.allCases)
  func intendedIsNotRead(_ program: WatchedProgram) throws {
    for alert in try Self.file(program).group.alerts {
      #expect(!alert.expression.contains("relabel_metrics_dropped"))
      let droppedReads = alert.expression.matches(of: /_dropped_total\{([^}]*)\}/).map { String($0.1) }
      for matchers in droppedReads where alert.expression.contains("remote_storage") {
        let reasons = try #require(matchers.firstMatch(of: /reason=~"([^"]*)"/)?.1, "\(matchers)")
        #expect(!reasons.split(separator: "|").contains("dropped_series"))
      }
    }
  }

  @Test("The same options give the same bytes, and the thresholds are in them", arguments: WatchedProgram.allCases)
  func bytes(_ program: WatchedProgram) throws {
    let options = try WatchOptions(
      for: program, job: "it's \"mine\"", lag: .seconds(17 * 60), patience: .seconds(7 * 60),
      lossWindow: .seconds(13 * 60), keep: program == .vmagent ? nil : .seconds(3600), logCapBytes: 123_456_789,
      capAhead: .seconds(7200),
      targetsDownPercent: 37)
    let text = RuleFile(program: program, options: options).text
    #expect(text == RuleFile(program: program, options: options).text)
    for part in ["> 1020", "for: 7m", "[13m]", "123456789", "< 7200", "> 37", #"job="it's \"mine\"""#] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") && !$0.contains("\t") })
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
  }

  @Test("A quotation mark in the name of a job ends no scalar of the tests", arguments: WatchedProgram.allCases)
  func quotedJob(_ program: WatchedProgram) throws {
    let file = RuleFile(program: program, options: try WatchOptions(for: program, job: "it's"))
    let lines = RuleTests(of: file, in: "a.yml").text.split(separator: "\n").filter {
      $0.contains("it's") || $0.contains("it''s")
    }
    #expect(lines.count > 50)
    #expect(lines.allSatisfy { $0.contains("it''s") })
  }

  @Test("Without a bound of the log nothing reads its size", arguments: WatchedProgram.allCases)
  func noCap(_ program: WatchedProgram) throws {
    let file = try Self.file(program, cap: nil)
    #expect(!file.alertNames.contains { $0.contains("FullSoon") || $0.contains("NearCap") })
    #expect(file.text.contains("--log-cap"))
  }

  @Test("An alert says what to do next", arguments: WatchedProgram.allCases)
  func next(_ program: WatchedProgram) throws {
    let group = try Self.file(program).group
    #expect(Set(group.alerts.map(\.name)).count == group.alerts.count)
    for alert in group.alerts {
      #expect(!alert.next.isEmpty && !alert.summary.isEmpty && !alert.description.isEmpty && !alert.comment.isEmpty)
      #expect(!alert.summary.contains("\n") && !alert.description.contains("\n"))
    }
  }

  @Test("Options that make no sense together are refused with the flag to change")
  func refusals() {
    let refused: [(flag: String, make: () throws -> WatchOptions)] = [
      ("--lag", { try WatchOptions(for: .godwit, lag: .zero) }),
      ("--lag", { try WatchOptions(for: .godwit, lag: .seconds(Int64.max / 4)) }),
      ("--patience", { try WatchOptions(for: .godwit, patience: .seconds(-5)) }),
      ("--keep", { try WatchOptions(for: .prometheus, lag: .seconds(3601)) }),
      ("--keep", { try WatchOptions(for: .vmagent, keep: .seconds(3600)) }),
      ("--cap-ahead", { try WatchOptions(for: .godwit, patience: .seconds(3600)) }),
      ("--log-cap", { try WatchOptions(for: .godwit, logCapBytes: 100) }),
      ("--targets-down", { try WatchOptions(for: .godwit, targetsDownPercent: 100) }),
      ("--job", { try WatchOptions(for: .godwit, job: "") }),
    ]
    for (flag, make) in refused {
      let problem = #expect(throws: WatchOptionsProblem.self, "\(flag)") { try make() }
      #expect(problem?.description.contains(flag) == true, "\(flag)")
    }
  }

  @Test(
    "A scalar of YAML is plain where it is read back as it is, and quoted elsewhere",
    arguments: [
      ("plain words", "plain words"), ("a: b", "'a: b'"), ("{{ x }}", "'{{ x }}'"), ("it's", "it's"),
      ("'x'", "'''x'''"),
      ("", "''"), ("no", "'no'"), ("a #b", "'a #b'"), ("5 %", "'5 %'"), ("x:", "'x:'"),
    ])
  func scalars(_ text: String, _ written: String) {
    #expect(YAMLText.scalar(text) == written)
  }
}
