import Foundation
import GodwitTesting
import Testing

extension EndToEnd {
  /// The contract of the log under fire: kills, ends, reloads, resharding, a full disk and an endpoint that does
  /// everything wrong, in random combinations.
  ///
  /// `FAULT_ROUNDS` (25) and `FAULT_SEED` (a new one) set how many rounds and which.
  @Suite("Faults")
  struct Faults {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("Nothing taken is lost, out of order, or repeated beyond what was in flight", .timeLimit(.minutes(120)))
    func rounds() async throws {
      let seed = Self.environment["FAULT_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64(Int64.max))
      let rounds = Self.environment["FAULT_ROUNDS"].flatMap { Int($0) } ?? 25
      FileHandle.standardError.write(Data("faults: \(rounds) rounds, FAULT_SEED=\(seed)\n".utf8))
      try await withCourse(seed: seed) { course in
        await course.run(rounds: max(1, rounds))
        #expect(course.book.complaints.isEmpty, "\(course.failure)")
        FileHandle.standardError.write(Data(course.table.utf8))
      }
    }

    @Test("An endpoint that acknowledges and forgets does not go unnoticed")
    func lyingEndpoint() async throws {
      try await withCourse(seed: 1) { course in
        try course.lie()
        await course.run((1...3).map { FaultRound(number: $0) })
        #expect(
          course.book.complaints.contains { $0.contains("healthy: ") && $0.contains("samples are lost") },
          "\(course.failure)")
        #expect(!course.book.complaints.contains { $0.contains("troubled: ") }, "\(course.failure)")
      }
    }

    private func withCourse(seed: UInt64, _ body: (FaultCourse) async throws -> Void) async throws {
      try await withWorld { world in
        let disk = try FaultDisk(at: world.path("disk"))
        defer { disk.close() }
        try await body(try await FaultCourse(world, disk: disk, seed: seed))
      }
    }
  }
}
