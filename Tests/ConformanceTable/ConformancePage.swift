/// `docs/conformance.md`.
struct ConformancePage {
  var run: TestRun

  /// The rows that have no test, or one that failed.
  var missing: [String] {
    (Requirement.ofSenders + Requirement.ofReceivers).map(\.id).filter { id in
      run.outcomes[id].map { !$0.failed.isEmpty } ?? true
    }
  }

  var text: String {
    """
    # Conformance

    Written by `make conformance`, from its run; do not edit. The rows are our reading of Prometheus Remote Write 1.0 and
    2.0 (release candidate 4): each has at least one test whose name begins with its number. Godwit's column says how many
    tests of the row passed. The other columns are what documentation and code of the others say (August 2026:
    Prometheus 3.14 as an agent, vmagent, Grafana Alloy, the OpenTelemetry Collector, Vector, Telegraf); none of them was
    run for it. `?`: that does not tell. `–`: the row has no meaning there.

    ## What a sender owes

    \(table(Requirement.ofSenders))

    ## What a receiver owes

    The same code receives in `godwit agent --web.enable-remote-write-receiver` and in `godwit receive`.

    \(table(Requirement.ofReceivers))

    """
  }

  private func table(_ rows: [Requirement]) -> String {
    let head = ["", "", "requirement", "Godwit"] + Requirement.otherNames
    let lines = rows.map { row in
      line([row.id, row.level.rawValue, row.text, words(run.outcomes[row.id])] + row.others)
    }
    return ([line(head), line(head.map { _ in "---" })] + lines).joined(separator: "\n")
  }

  private func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private func words(_ outcome: TestRun.Outcome?) -> String {
    guard let outcome else { return "**no test**" }
    if !outcome.failed.isEmpty { return "**\(outcome.failed.count) of \(outcome.tests) failed**" }
    return "yes (\(outcome.tests))"
  }
}
