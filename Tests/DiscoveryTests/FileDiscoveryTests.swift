import Foundation
import MetricModel
import Settings
import Synchronization
import Testing
@testable import Discovery

/// Files that a test makes, changes and removes.
private final class ImaginaryFiles: DiscoveryFiles {
  private struct Content {
    var stamp: FileStamp
    var text: Result<[UInt8], DiscoveryFileError>
  }
  private let contents = Mutex<[String: Content]>([:])
  private let writes = Atomic(0)

  func write(_ text: String, to path: String) { put(path, .success(Array(text.utf8))) }
  func forbid(_ path: String) { put(path, .failure(.init("Permission denied"))) }
  func remove(_ path: String) { contents.withLock { $0[path] = nil } }

  private func put(_ path: String, _ text: Result<[UInt8], DiscoveryFileError>) {
    let version = writes.add(1, ordering: .relaxed).newValue
    contents.withLock { $0[path] = Content(stamp: FileStamp(modifiedSeconds: version, byteCount: 1), text: text) }
  }

  func list(_ patterns: [String]) -> [String: FileStamp] {
    contents.withLock { contents in
      contents.filter { path, _ in patterns.contains { FilePattern($0).matches(String(path.dropFirst(3))) } }
        .mapValues(\.stamp)
    }
  }

  func read(_ path: String, bytesMax: Int) -> Result<[UInt8], DiscoveryFileError> {
    contents.withLock { $0[path]?.text ?? .failure(.init("gone")) }
  }
}

/// One address per line; `bad` anywhere refuses the file.
@Sendable private func parse(_ bytes: [UInt8], _ path: String) -> Result<[TargetGroup], DiscoveryFileError> {
  let text = String(decoding: bytes, as: UTF8.self)
  if text.contains("bad") { return .failure(.init("it is bad")) }
  return .success([TargetGroup(addresses: text.split(separator: "\n").map(String.init), labels: LabelSet())])
}

@Suite struct FileDiscoveryTests {
  @Test("Static groups are told once")
  func staticGroups() async {
    let groups = [TargetGroup(addresses: ["a:1"], labels: LabelSet())]
    var snapshots: [[String: [TargetGroup]]] = []
    for await snapshot in StaticDiscovery(groups: groups).updates() { snapshots.append(snapshot) }
    #expect(snapshots == [[StaticDiscovery.sourceName: groups]])
  }

  @Test("Changes arrive as snapshots; errors are reported and counted, and change nothing")
  func story() async {
    let files = ImaginaryFiles()
    let clock = HandClock()
    let (reports, reporter) = AsyncStream<FileDiscoveryEvent>.makeStream()
    var report = reports.makeAsyncIterator()
    let source = FileDiscovery(
      settings: FileDiscoverySettings(patterns: ["/d/*.yml"]), files: files, clock: clock, parse: parse,
      report: { reporter.yield($0) })
    files.write("a:1", to: "/d/a.yml")
    files.write("x:1", to: "/d/a.txt")
    var updates = source.updates().makeAsyncIterator()

    #expect(await updates.next()?.mapValues { $0.flatMap(\.addresses) } == ["/d/a.yml": ["a:1"]])
    files.write("b:1\nb:2", to: "/d/b.yml")
    clock.advance(by: .seconds(1))
    let second = await updates.next()
    #expect(second?.mapValues { $0.flatMap(\.addresses) } == ["/d/a.yml": ["a:1"], "/d/b.yml": ["b:1", "b:2"]])
    #expect(second?["/d/b.yml"]?.first?.labels["__meta_filepath"] == "/d/b.yml")

    files.write("bad", to: "/d/b.yml")
    clock.advance(by: .seconds(1))
    #expect(await report.next() == .unusable(path: "/d/b.yml", reason: "it is bad"))
    files.forbid("/d/b.yml")
    clock.advance(by: .seconds(1))
    #expect(await report.next() == .unusable(path: "/d/b.yml", reason: "Permission denied"))
    files.remove("/d/b.yml")
    clock.advance(by: .seconds(1))
    #expect(await report.next() == .vanished(path: "/d/b.yml"))
    files.write("b:3", to: "/d/b.yml")
    clock.advance(by: .seconds(1))
    #expect(await report.next() == .recovered(path: "/d/b.yml"))
    #expect(await updates.next()?.mapValues { $0.flatMap(\.addresses) } == ["/d/a.yml": ["a:1"], "/d/b.yml": ["b:3"]])
    #expect(source.counters.readErrors == 2)
    #expect(source.counters.filesRead == 5)
    #expect(source.counters.updates == 3)
  }

  @Test("Real files: patterns, changes and absence are seen")
  func realFiles() throws {
    let directory = NSTemporaryDirectory() + "/discovery-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory + "/sub.yml", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name), options: .atomic)
    }
    let files = LocalFiles()
    let patterns = [directory + "/*.yml", directory + "/one.json", "/nonexistent/*.yml"]
    #expect(files.list(patterns).isEmpty)
    try write("x", "a.yml")
    try write("x", "b.txt")
    try write("x", "one.json")
    let before = files.list(patterns)
    #expect(before.keys.sorted() == [directory + "/a.yml", directory + "/one.json"])
    #expect(files.list(patterns) == before)
    try write("yy", "a.yml")
    #expect(files.list(patterns)[directory + "/a.yml"] != before[directory + "/a.yml"])
    #expect(files.read(directory + "/a.yml", bytesMax: 2) == .success(Array("yy".utf8)))
    #expect(files.read(directory + "/a.yml", bytesMax: 1) == .failure(.init("the file is longer than 1 bytes")))
    #expect(files.read(directory + "/none.yml", bytesMax: 1) == .failure(.init("No such file or directory")))
  }
}
