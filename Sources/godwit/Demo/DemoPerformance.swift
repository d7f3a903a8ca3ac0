import UnixSignals

/// One run of the demo: plays until Ctrl-C or the time is over, and is shown meanwhile.
struct DemoPerformance: Sendable {
  /// How often a line is printed where there is no terminal, in seconds.
  private static let plainLineSeconds = 5

  let stage: DemoStage
  let board: NoticeBoard
  /// Nil for until it is ended.
  let limit: Duration?

  /// - Returns: how things stood when all had come to rest.
  func run(on screen: Screen) async throws(DemoError) -> DemoReport {
    let start = ContinuousClock.now
    let outcome = await withTaskGroup(of: Void.self) { group in
      group.addTask { await endOnSignal() }
      group.addTask { await endOnTime() }
      group.addTask { await show(on: screen, since: start) }
      let outcome: Result<Void, DemoError>
      do throws(DemoError) {
        try await stage.run()
        outcome = .success(())
      } catch {
        outcome = .failure(error)
      }
      group.cancelAll()
      return outcome
    }
    await stage.close()
    try outcome.get()
    return DemoRecorder(start: start).completing(stage.report(), at: .now)
  }

  private func endOnSignal() async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) { stage.end(reason: "a signal") }
  }

  private func endOnTime() async {
    guard let limit, (try? await Task.sleep(for: limit)) != nil else { return }
    stage.end(reason: "the time is over")
  }

  private func show(on screen: Screen, since start: ContinuousClock.Instant) async {
    var screen = screen
    var recorder = DemoRecorder(start: start)
    var seconds = 0
    while (try? await Task.sleep(until: start + .seconds(seconds + 1))) != nil {
      seconds += 1
      var report = stage.report()
      recorder.tick(taken: report.taken)
      report = recorder.completing(report, at: .now)
      report.notice = board.last
      let view = DemoView(width: screen.size.columns, paint: screen.paint)
      var isSeen = true
      if screen.isTerminal {
        isSeen = screen.draw(view.lines(report))
      } else if seconds.isMultiple(of: Self.plainLineSeconds) {
        isSeen = screen.write(line: view.line(report))
      }
      if !isSeen { stage.end(reason: "nobody reads standard output") }
    }
    screen.finish()
  }
}
