import DurableLog
import GodwitTesting
import SimulatedDisk
import Synchronization
import Testing

@Suite("A disk that hangs", .timeLimit(.minutes(5)))
struct HangTests {
  private let disk = SimulatedDisk()
  private let clock = TestClock()
  private let threads = DiskThreads(count: 12)

  /// What a page of the agent shows.
  private struct Look: Equatable {
    var stalledSinceMs: Int64?
    var end: LogPosition
    var endSequence: UInt64
    var bytes: UInt64
    var segments: [SegmentSummary]
  }

  private func openLog(_ settings: LogSettings = LogSettings()) throws -> DurableLog {
    try DurableLog(directory: simulatedRoot, settings: settings, disk: disk, nowMs: { clock.nowMs })
  }

  private func hang(_ call: SimulatedDisk.Call) -> Gate {
    let gate = Gate()
    disk.change { $0.gates[call] = gate }
    return gate
  }

  @Test(
    "An append that hangs keeps nobody from looking or reading, and succeeds when the disk answers",
    arguments: [SimulatedDisk.Call.write, .open, .directorySync])
  func hangingAppend(call: SimulatedDisk.Call) async throws {
    defer { threads.shutdown() }
    var settings = LogSettings()
    // Each record begins a segment, so that its append makes every kind of call.
    settings.segmentBytesMax = 1
    let log = try openLog(settings)
    let positions = try (0..<5).map { try log.append(.numbered($0)) }
    var reader = LogReader(log, from: .start)
    let ready = try reader.next { _ in true }
    let (bytes, segments) = (log.bytes, log.segments())
    #expect(log.stalledSinceMs == nil)

    let gate = hang(call)
    let returned = Shared(false)
    clock.advance(byMs: 500)
    let append = Task(executorPreference: threads) { try log.append(.numbered(5)) }
    try await waitUntil("the append hangs") { gate.waiting == 1 }
    clock.advance(byMs: 12_000)

    // On threads of their own, so that one who does not return is seen and keeps the gate shut for nobody.
    let looks = Task(executorPreference: threads) {
      let look = Look(
        stalledSinceMs: log.stalledSinceMs, end: log.end, endSequence: log.endSequence, bytes: log.bytes,
        segments: log.segments())
      returned.change { $0 = true }
      return look
    }
    try await waitUntil("whoever looks returns") { returned.value }
    if !returned.value { gate.open() }
    let expected = Look(
      stalledSinceMs: 1_500, end: positions[4], endSequence: 15, bytes: bytes, segments: segments)
    #expect(await looks.value == expected)
    // A reader opens files too, so with that call it would wait for itself.
    if call != .open {
      guard case .record = ready else { return #expect(Bool(false)) }
      #expect(try reader.readToEnd().entries == (1..<5).map { .numbered($0) })
      #expect(reader.position == positions[4])
    }
    try log.remove(before: positions[1])
    #expect(log.oldest.segment == 2)

    gate.open()
    #expect(try await append.value == log.end)
    #expect(log.stalledSinceMs == nil)
    #expect(try log.readAll(from: positions[3]).entries == [.numbered(4), .numbered(5)])
  }

  @Test("A sync that hangs keeps nobody from appending, looking or reading")
  func hangingSync() async throws {
    defer { threads.shutdown() }
    let log = try openLog()
    let position = try log.append(.numbered(0))
    let gate = hang(.sync)
    let sync = Task(executorPreference: threads) { try log.sync() }
    try await waitUntil("the sync hangs") { gate.waiting == 1 }
    clock.advance(byMs: 1)
    #expect(log.stalledSinceMs == 1_000)
    try log.append(.numbered(1))
    #expect(try log.readAll().entries == [.numbered(0), .numbered(1)])
    #expect(log.synced < position)
    gate.open()
    try await sync.value
    #expect(log.synced == position)
    #expect(log.stalledSinceMs == nil)
  }

  @Test("Appends that wait for the disk at the same time share one confirmation")
  func groupCommit() async throws {
    defer { threads.shutdown() }
    var settings = LogSettings()
    settings.syncPolicy = .everyAppend
    let log = try openLog(settings)
    let gate = hang(.sync)
    let returned = Shared(0)
    let appends = (0..<8).map { number in
      Task(executorPreference: threads) {
        let position = try log.append(.numbered(number))
        returned.change { $0 += 1 }
        return position
      }
    }
    try await waitUntil("all are written") { log.endSequence == 24 && gate.waiting == 1 }
    #expect(returned.value == 0)
    gate.open()
    for append in appends { #expect(try await append.value <= log.synced) }
    // The first asks for what it saw, the next for all the others.
    #expect(disk.state.withLock { $0.syncs } <= 3)
    #expect(log.synced == log.end)
  }

  @Test("When the disk refuses to confirm, every append that waited for it says so, and the next ones are confirmed")
  func refusedGroup() async throws {
    defer { threads.shutdown() }
    var settings = LogSettings()
    settings.syncPolicy = .everyAppend
    let log = try openLog(settings)
    let gate = hang(.sync)
    let appends = (0..<4).map { number in
      Task(executorPreference: threads) { try log.append(.numbered(number)) }
    }
    try await waitUntil("all are written") { log.endSequence == 12 && gate.waiting == 1 }
    disk.change { $0.failsSync = true }
    gate.open()
    for append in appends {
      let failure = await #expect(throws: LogError.self) { _ = try await append.value }
      #expect(failure?.code == .syncFailed)
    }
    disk.change { $0.failsSync = false }
    #expect(try log.append(.numbered(4)).segment == 2)
    #expect(try log.readAll().entries.count == 5)
  }

  @Test("However often the disk was called, whoever watches it is called from the same depth of the stack")
  func watching() throws {
    let log = try openLog()
    let depths = Mutex<Set<UInt>>([])
    log.watchDisk {
      var here: UInt8 = 0
      let depth = withUnsafePointer(to: &here) { UInt(bitPattern: $0) }
      depths.withLock { _ = $0.insert(depth) }
    }
    for number in 0..<50 { try log.append(.numbered(number)) }
    #expect(depths.withLock { $0.count } == 1)
  }
}
