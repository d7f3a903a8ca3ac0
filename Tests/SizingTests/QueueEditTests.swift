import Testing

@testable import Sizing

@Suite("Editing a configuration")
struct QueueEditTests {
  static let shards = QueueChange(key: "max_shards", from: "50", to: "75")
  static let batch = QueueChange(key: "max_samples_per_send", from: "500", to: "2000")

  struct Layout: CustomTestStringConvertible {
    var testDescription: String
    var before: String
    var after: String
  }

  static let layouts = [
    Layout(
      testDescription: "a block with both keys and comments",
      before: "remote_write:\n- url: http://a/w # here\n  queue_config:\n    # why\n    max_shards: 50   # many\n"
        + "    \"max_samples_per_send\": 500\n",
      after: "remote_write:\n- url: http://a/w # here\n  queue_config:\n    # why\n    max_shards: 75   # many\n"
        + "    \"max_samples_per_send\": 2000\n"),
    Layout(
      testDescription: "a block that lacks a key",
      before: "remote_write:\n  - name: a\n    url: http://a/w\n    queue_config:\n        max_shards: 50\n"
        + "    headers: {}\n",
      after: "remote_write:\n  - name: a\n    url: http://a/w\n    queue_config:\n        max_shards: 75\n"
        + "        max_samples_per_send: 2000\n    headers: {}\n"),
    Layout(
      testDescription: "one line of flow, longer before than after",
      before: "remote_write:\n- url: http://a/w\n"
        + "  queue_config: {max_samples_per_send: 500, max_shards: 50, capacity: 9} # ö\n",
      after: "remote_write:\n- url: http://a/w\n"
        + "  queue_config: {max_samples_per_send: 2000, max_shards: 75, capacity: 9} # ö\n"),
    Layout(
      testDescription: "no section",
      before: "remote_write:\n- url: \"http://a/w\"\n  name: a\nscrape_configs: []\n",
      after: "remote_write:\n- url: \"http://a/w\"\n  queue_config:\n    max_shards: 75\n"
        + "    max_samples_per_send: 2000\n"
        + "  name: a\nscrape_configs: []\n"),
    Layout(
      testDescription: "an entry of flow",
      before: "remote_write: [{url: http://a/w, name: a}]\n",
      after: "remote_write: [{queue_config: {max_shards: 75, max_samples_per_send: 2000}, url: http://a/w, name: a}]\n"),
    Layout(
      testDescription: "an empty section",
      before: "remote_write:\n- url: http://a/w\n  queue_config: {}\n",
      after: "remote_write:\n- url: http://a/w\n  queue_config: {max_shards: 75, max_samples_per_send: 2000}\n"),
    Layout(
      testDescription: "carriage returns and no newline at the end",
      before: "remote_write:\r\n- url: http://a/w\r\n  queue_config: {max_shards: 50, max_samples_per_send: 500}",
      after: "remote_write:\r\n- url: http://a/w\r\n  queue_config: {max_shards: 75, max_samples_per_send: 2000}"),
  ]

  @Test("Every layout keeps all but the values", arguments: layouts)
  func keeps(_ layout: Layout) throws {
    let file = try QueueFile(path: "p.yml", text: layout.before)
    let edited = try QueueEdit.apply([0: [Self.shards, Self.batch]], to: file)
    #expect(edited == layout.after)
    #expect(!QueueEdit.diff(of: file, to: edited).isEmpty)
  }

  @Test("A section that several entries share is not edited")
  func shared() throws {
    let text = """
      remote_write:
      - url: http://a/w
        queue_config: &queue {max_shards: 50}
      - url: http://b/w
        queue_config: *queue
      """
    let file = try QueueFile(path: "p.yml", text: text)
    #expect(throws: QueueEdit.Refusal.self) { try QueueEdit.apply([0: [Self.shards]], to: file) }
    #expect(throws: QueueEdit.Refusal.self) { try QueueEdit.apply([1: [Self.shards]], to: file) }
  }

  @Test("The diff names the lines that change, with three around them")
  func diff() throws {
    let lines = (1...9).map { "# \($0)\n" }.joined()
    let text = lines + "remote_write:\n- url: http://a/w\n  queue_config:\n    max_shards: 50\n" + lines
    let file = try QueueFile(path: "p.yml", text: text)
    let edited = try QueueEdit.apply([0: [Self.shards]], to: file)
    #expect(
      QueueEdit.diff(of: file, to: edited) == """
        --- p.yml
        +++ p.yml
        @@ -10,7 +10,7 @@
         remote_write:
         - url: http://a/w
           queue_config:
        -    max_shards: 50
        +    max_shards: 75
         # 1
         # 2
         # 3

        """)
  }

  @Test("No change makes no diff")
  func nothing() throws {
    let file = try QueueFile(path: "p.yml", text: "remote_write: [{url: http://a/w}]\n")
    #expect(QueueEdit.diff(of: file, to: try QueueEdit.apply([0: []], to: file)).isEmpty)
  }

  @Test("A secret beside a change is not shown, and stays in the file")
  func secret() throws {
    let text = """
      remote_write:
      - url: https://a/w
        authorization: {credentials: hunter2}
        queue_config:
          max_shards: 50

      """
    let file = try QueueFile(path: "p.yml", text: text)
    let edited = try QueueEdit.apply([0: [Self.shards]], to: file)
    let diff = QueueEdit.diff(of: file, to: edited)
    #expect(diff.contains("+    max_shards: 75") && !diff.contains("hunter2"), "\(diff)")
    #expect(edited.contains("hunter2"))
  }

  @Test(
    "A file that cannot be read is refused with its place",
    arguments: [
      "remote_write:\n- url: [", "remote_write:\n- url: http://a/w\n  queue_config: {capacity: x}\n", "a: 1\n", "",
    ])
  func refused(_ text: String) {
    #expect { try QueueFile(path: "p.yml", text: text) } throws: { "\($0)".contains("p.yml") }
  }

  @Test("URLs lose what may be secret")
  func plainURL() {
    #expect(QueueFile.plainURL("https://user:word@a.example/w?token=x#y") == "https://a.example/w")
    #expect(QueueFile.plainURL("https://a.example/w@b") == "https://a.example/w@b")
  }
}
