import DurableLog
import Glibc
import SimulatedDisk
import Synchronization
import Testing

@Suite("Appending and reading")
struct AppendTests {
  @Test("Records come back in order, with all that was said of them")
  func roundTrip() throws {
    let log = try openLog(SimulatedDisk(), nowMs: 77)
    let written = (0..<50).map { Entry.numbered($0, lane: UInt32($0 % 3), bytes: $0 * 7, samples: $0) }
    let positions = try written.map { try log.append($0) }
    let reading = try log.readAll()
    #expect(reading.entries == written)
    #expect(reading.records.map(\.next) == positions)
    #expect(reading.records.dropFirst().map(\.position) == positions.dropLast().map { $0 })
    #expect(reading.records.allSatisfy { $0.timeMs == 77 })
    #expect(reading.records[10].sequence == UInt64((0..<10).reduce(0, +)))
    #expect(log.endSequence == UInt64((0..<50).reduce(0, +)))
    #expect(log.end == positions.last)
  }

  @Test("A reader sees its lanes only")
  func lanes() throws {
    let log = try openLog(SimulatedDisk())
    for number in 0..<30 { try log.append(.numbered(number, lane: UInt32(number % 4))) }
    let reading = try log.readAll { $0 == 2 }
    #expect(reading.records.map(\.lane) == [UInt32](repeating: 2, count: 7))
    #expect(reading.entries == stride(from: 2, to: 30, by: 4).map { .numbered($0, lane: 2) })
  }

  @Test("A reader that follows the writer sees each record once, as soon as it is published")
  func following() throws {
    var settings = LogSettings()
    settings.segmentBytesMax = 300
    let log = try openLog(SimulatedDisk(), settings)
    var reader = LogReader(log, from: .start)
    #expect(try reader.readToEnd().entries.isEmpty)
    for number in 0..<40 {
      try log.append(.numbered(number))
      #expect(try reader.readToEnd().entries == [.numbered(number)])
      #expect(reader.position == log.end)
    }
    #expect(log.segments().count > 5)
  }

  @Test("A payload larger than the block in which readers read arrives whole")
  func largePayload() throws {
    let log = try openLog(SimulatedDisk())
    let written = [5, 700_000, 12, 5_000_000, 300].enumerated().map { Entry.numbered($0.offset, bytes: $0.element) }
    for entry in written { try log.append(entry) }
    #expect(try log.readAll().entries == written)
  }

  @Test("A full or old segment is followed by the next number, which the encoder is told")
  func rotation() throws {
    var settings = LogSettings()
    settings.segmentBytesMax = 500
    settings.segmentAgeMaxMs = 100
    let clock = TestClock()
    let log = try DurableLog(
      directory: simulatedRoot, settings: settings, disk: SimulatedDisk(), nowMs: { clock.nowMs })
    var told: [SegmentNumber] = []
    func append() throws {
      _ = try log.append(lane: 0, kind: 0, sampleCount: 1) { segment, bytes in
        told.append(segment)
        bytes += [UInt8](repeating: 1, count: 200)
      }
    }
    for _ in 0..<4 { try append() }
    #expect(told == [1, 1, 2, 2])
    clock.advance(byMs: 99)
    try append()
    clock.advance(byMs: 100)
    try append()
    #expect(told == [1, 1, 2, 2, 3, 4])
    #expect(log.segments().map(\.firstSequence) == [0, 2, 4, 5])
    #expect(log.segments().map(\.lastAppendMs) == [1_000, 1_000, 1_099, 1_199])
    #expect(try log.readAll().records.map(\.position.segment) == told)
  }

  @Test("A payload above the bound is refused, and the next record is in a new segment")
  func tooLarge() throws {
    var settings = LogSettings()
    settings.payloadBytesMax = 100
    let log = try openLog(SimulatedDisk(), settings)
    let first = try log.append(.numbered(1, bytes: 100))
    expectLogError(.recordTooLarge) { try log.append(.numbered(2, bytes: 101)) }
    let second = try log.append(.numbered(3, bytes: 100))
    #expect(first.segment == 1 && second.segment == 2)
    #expect(try log.readAll().entries == [.numbered(1, bytes: 100), .numbered(3, bytes: 100)])
  }

  @Test("Whoever listens hears the lane of each record when it can be read, until the listening ends")
  func notification() throws {
    let log = try openLog(SimulatedDisk())
    let heard = Mutex<[(lane: UInt32, entries: [Entry])]>([])
    let listening = log.listen { append in
      var reader = LogReader(log, from: .start)
      let entries = try? reader.readToEnd().entries
      heard.withLock { $0.append((append.lane, entries ?? [])) }
    }
    for number in 0..<3 { try log.append(.numbered(number, lane: UInt32(number))) }
    listening.end()
    try log.append(.numbered(3, lane: 3))
    let all = (0..<3).map { Entry.numbered($0, lane: UInt32($0)) }
    #expect(heard.withLock { $0.map(\.lane) } == [0, 1, 2])
    #expect(heard.withLock { $0.map(\.entries) } == (1...3).map { Array(all.prefix($0)) })
  }

  @Test("Who hears may end the listening and begin another")
  func hearsAndEnds() throws {
    let log = try openLog(SimulatedDisk())
    let listening = Mutex<AppendListening?>(nil)
    let heard = Mutex<[String]>([])
    let first = log.listen { _ in
      heard.withLock { $0.append("first") }
      listening.withLock { $0 }?.end()
      let second = log.listen { _ in heard.withLock { $0.append("second") } }
      listening.withLock { $0 = second }
    }
    listening.withLock { $0 = first }
    try log.append(.numbered(0))
    try log.append(.numbered(1))
    #expect(heard.withLock { $0 } == ["first", "second"])
  }

  @Test("Listening can be ended under a lock that who hears is waiting for")
  func endsWhileHeard() async throws {
    let log = try openLog(SimulatedDisk())
    let meeting = Meeting()
    let listening = log.listen { _ in
      meeting.steps.store(2, ordering: .sequentiallyConsistent)
      meeting.lock.withLock { _ in }
    }
    // On threads of their own: two that wait for each other for ever must not keep those of the other tests.
    let threads = DiskThreads(count: 2)
    defer { threads.shutdown() }
    Task(executorPreference: threads) {
      meeting.lock.withLock { _ in
        meeting.steps.store(1, ordering: .sequentiallyConsistent)
        while meeting.steps.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
        listening.end()
      }
      meeting.steps.add(1, ordering: .sequentiallyConsistent)
    }
    Task(executorPreference: threads) {
      while meeting.steps.load(ordering: .sequentiallyConsistent) < 1 { sched_yield() }
      try log.append(.numbered(1))
      meeting.steps.add(1, ordering: .sequentiallyConsistent)
    }
    try await waitUntil("both go on") { meeting.steps.load(ordering: .sequentiallyConsistent) == 4 }
  }

  /// What two threads wait for each other with.
  private final class Meeting: Sendable {
    let lock = Mutex(())
    let steps = Atomic(0)
  }

  @Test("Listening ends with whoever holds it, and others go on")
  func listeningIsLetGo() throws {
    let log = try openLog(SimulatedDisk())
    let counts = Mutex((kept: 0, dropped: 0))
    let kept = log.listen { _ in counts.withLock { $0.kept += 1 } }
    do {
      let dropped = log.listen { _ in counts.withLock { $0.dropped += 1 } }
      try log.append(.numbered(0))
      dropped.end()
    }
    try log.append(.numbered(1))
    kept.end()
    try log.close()
    expectLogError(.logClosed) { try log.append(.numbered(2)) }
    #expect(counts.withLock { $0 } == (kept: 2, dropped: 1))
  }

  @Test("Several writers and readers work side by side")
  func concurrency() async throws {
    var settings = LogSettings()
    settings.segmentBytesMax = 5_000
    let log = try openLog(SimulatedDisk(), settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<4 as Range<UInt32> {
        group.addTask { for number in 0..<200 { try log.append(.numbered(number, lane: lane)) } }
        group.addTask {
          var reader = LogReader(log, from: .start)
          var entries: [Entry] = []
          while entries.count < 200 {
            entries += try reader.readToEnd { $0 == lane }.entries
            await Task.yield()
          }
          #expect(entries == (0..<200).map { .numbered($0, lane: lane) })
        }
      }
      try await group.waitForAll()
    }
  }
}
