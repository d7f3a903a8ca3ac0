import MetricModel
import Settings
import Testing
@testable import Discovery

private func stamp(_ version: Int) -> FileStamp { FileStamp(modifiedSeconds: version, byteCount: 10) }

private func groups(_ addresses: String...) -> [TargetGroup] {
  [TargetGroup(addresses: addresses, labels: LabelSet(["env": "x"]))]
}

private func labelled(_ path: String, _ addresses: String...) -> [TargetGroup] {
  [TargetGroup(addresses: addresses, labels: LabelSet(["env": "x", "__meta_filepath": path]))]
}

@Suite struct FileDiscoveryStateTests {
  @Test("New files are read, and what they hold is told once, with their path")
  func start() {
    var state = FileDiscoveryState(refreshInterval: .seconds(300))
    #expect(state.look(at: ["/b.yml": stamp(1), "/a.yml": stamp(1)], now: .zero).pathsToRead == ["/a.yml", "/b.yml"])
    #expect(state.take("/a.yml", content: .success(groups("a:1"))) == nil)
    #expect(state.take("/b.yml", content: .success([])) == nil)
    #expect(state.changedSnapshot() == ["/a.yml": labelled("/a.yml", "a:1"), "/b.yml": []])
    #expect(state.changedSnapshot() == nil)
  }

  @Test("No files at all is news too, at the start")
  func empty() {
    var state = FileDiscoveryState(refreshInterval: .seconds(300))
    #expect(state.look(at: [:], now: .zero).pathsToRead == [])
    #expect(state.changedSnapshot() == [:])
    #expect(state.changedSnapshot() == nil)
  }

  @Test(
    "A file is read again when its stamp differs or the refresh interval is over, and only then",
    arguments: [
      FileStamp(modifiedSeconds: 2, byteCount: 10),
      FileStamp(modifiedSeconds: 1, modifiedNanoseconds: 1, byteCount: 10),
      FileStamp(modifiedSeconds: 1, byteCount: 11), FileStamp(modifiedSeconds: 1, byteCount: 10, inode: 5),
    ])
  func reread(changed: FileStamp) {
    var state = FileDiscoveryState(refreshInterval: .seconds(300))
    func paths(_ stamp: FileStamp, _ seconds: Int) -> [String] {
      state.look(at: ["/a.yml": stamp], now: .seconds(seconds)).pathsToRead
    }
    #expect(paths(stamp(1), 0) == ["/a.yml"])
    #expect(paths(stamp(1), 1) == [])
    #expect(paths(changed, 2) == ["/a.yml"])
    #expect(paths(changed, 299) == [])
    #expect(paths(changed, 300) == ["/a.yml"])
    #expect(paths(changed, 599) == [])
    #expect(paths(changed, 600) == ["/a.yml"])
  }

  @Test("Reading the same again is no change")
  func same() {
    var state = FileDiscoveryState(refreshInterval: .seconds(300))
    _ = state.look(at: ["/a.yml": stamp(1)], now: .zero)
    _ = state.take("/a.yml", content: .success(groups("a:1")))
    _ = state.changedSnapshot()
    _ = state.look(at: ["/a.yml": stamp(2)], now: .seconds(1))
    _ = state.take("/a.yml", content: .success(groups("a:1")))
    #expect(state.changedSnapshot() == nil)
    _ = state.take("/a.yml", content: .success(groups("a:1", "a:2")))
    #expect(state.changedSnapshot() == ["/a.yml": labelled("/a.yml", "a:1", "a:2")])
  }

  @Test("A bad file keeps its last groups; each reason is said once, and so is the recovery")
  func bad() {
    var state = FileDiscoveryState(refreshInterval: .seconds(300))
    _ = state.look(at: ["/a.yml": stamp(1)], now: .zero)
    _ = state.take("/a.yml", content: .success(groups("a:1")))
    _ = state.changedSnapshot()
    func take(_ reason: String) -> FileDiscoveryEvent? { state.take("/a.yml", content: .failure(.init(reason))) }
    #expect(take("line 3") == .unusable(path: "/a.yml", reason: "line 3"))
    #expect(take("line 3") == nil)
    #expect(take("line 4") == .unusable(path: "/a.yml", reason: "line 4"))
    #expect(state.changedSnapshot() == nil)
    #expect(state.take("/a.yml", content: .success(groups("a:1"))) == .recovered(path: "/a.yml"))
    #expect(state.changedSnapshot() == nil)
    #expect(take("line 3") == .unusable(path: "/a.yml", reason: "line 3"))
  }

  @Test("A file that was bad from the start is not in the snapshot until it is good")
  func badFromStart() {
    var state = FileDiscoveryState(refreshInterval: .seconds(300))
    _ = state.look(at: ["/a.yml": stamp(1)], now: .zero)
    _ = state.take("/a.yml", content: .failure(.init("no")))
    #expect(state.changedSnapshot() == [:])
    #expect(state.take("/a.yml", content: .success(groups("a:1"))) == .recovered(path: "/a.yml"))
    #expect(state.changedSnapshot() == ["/a.yml": labelled("/a.yml", "a:1")])
  }

  private func vanishing(_ policy: VanishedFile) -> FileDiscoveryState {
    var state = FileDiscoveryState(refreshInterval: .seconds(300), vanishedFile: policy)
    _ = state.look(at: ["/a.yml": stamp(1)], now: .zero)
    _ = state.take("/a.yml", content: .success(groups("a:1")))
    _ = state.changedSnapshot()
    return state
  }

  @Test("A vanished file keeps its groups, said once; when it is back it is read, whatever its stamp")
  func vanished() {
    var state = vanishing(.kept)
    #expect(state.look(at: [:], now: .seconds(1)).events == [.vanished(path: "/a.yml")])
    #expect(state.look(at: [:], now: .seconds(1_000)).events == [])
    #expect(state.changedSnapshot() == nil)
    #expect(state.look(at: ["/a.yml": stamp(1)], now: .seconds(1_001)).pathsToRead == ["/a.yml"])
    #expect(state.take("/a.yml", content: .success(groups("a:1"))) == .recovered(path: "/a.yml"))
    #expect(state.changedSnapshot() == nil)
  }

  @Test("With a grace period, the groups of a vanished file go when it is over")
  func grace() {
    var state = vanishing(.keptFor(.seconds(30)))
    #expect(state.look(at: [:], now: .seconds(5)).events == [.vanished(path: "/a.yml")])
    #expect(state.look(at: [:], now: .seconds(34)).events == [])
    #expect(state.changedSnapshot() == nil)
    #expect(state.look(at: [:], now: .seconds(35)).events == [.forgotten(path: "/a.yml")])
    #expect(state.changedSnapshot() == [:])
    #expect(state.look(at: [:], now: .seconds(36)).events == [])
  }

  @Test("Without grace they go at once, as in the reference")
  func noGrace() {
    var state = vanishing(.keptFor(.zero))
    #expect(state.look(at: [:], now: .seconds(1)).events == [.vanished(path: "/a.yml"), .forgotten(path: "/a.yml")])
    #expect(state.changedSnapshot() == [:])
  }

  @Test(
    "The star stands for any characters of the last element",
    arguments: [
      ("/d/*.yml", "a.yml", true), ("/d/*.yml", ".yml", true), ("/d/*.yml", "a.yaml", false),
      ("/d/a*.json", "ab.json", true), ("/d/*.yml", ".hidden.yml", true),
      ("/d/a*.json", "b.json", false), ("/d/a.json", "a.json", true), ("/d/a.json", "axjson", false),
      ("/d/*ab*b.yml", "abab.abb.yml", true), ("/d/*", "x", true), ("/d/*", "", true),
    ])
  func pattern(pattern: String, name: String, isMatch: Bool) {
    #expect(FilePattern(pattern).matches(name) == isMatch)
    #expect(FilePattern(pattern).directory == "/d/")
  }
}
