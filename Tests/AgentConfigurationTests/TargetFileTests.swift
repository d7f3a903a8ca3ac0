import AgentConfiguration
import Diagnostics
import MetricModel
import Settings
import Testing

@Suite("Documents of file service discovery")
struct TargetFileTests {
  private let groups = [
    TargetGroup(addresses: ["a:1", "b:2"], labels: LabelSet(["env": "prod"])),
    TargetGroup(addresses: ["c:3"], labels: LabelSet()),
  ]

  @Test("YAML is read")
  func yaml() {
    let result = TargetFile.read(
      text: "- targets: [a:1, 'b:2']\n  labels: {env: prod}\n- targets:\n  - c:3\n", path: "t.yml")
    #expect(result.groups == groups)
  }

  @Test("JSON is read, with tabs, escapes and pairs of surrogates")
  func json() {
    let text =
      "[\n\t{\"targets\": [\"a:1\", \"b\\u003a2\"], \"labels\": {\"env\": \"prod\"}},\n\t{\"targets\":[\"c:3\"]}\n]\n"
    #expect(TargetFile.read(text: text, path: "t.json").groups == groups)
    let emoji = TargetFile.read(text: #"[{"targets": [], "labels": {"a": "\ud83d\ude00\\ud83d\/"}}]"#, path: "T.JSON")
    #expect(emoji.groups?.first?.labels["a"] == "😀\\ud83d/", "\(emoji.errors.text)")
  }

  @Test("No targets at all is a valid answer", arguments: ["[]", "- targets: []\n"])
  func empty(text: String) {
    #expect(TargetFile.read(text: text, path: "t.yml").groups?.flatMap(\.addresses) == [])
  }

  @Test("An empty YAML file has no groups, an empty JSON file is broken")
  func emptyFile() {
    #expect(TargetFile.read(text: "", path: "t.yml").groups == [])
    #expect(TargetFile.read(text: "", path: "t.json").groups == nil)
    #expect(TargetFile.read(text: "# nothing", path: "t.json").groups == nil)
    #expect(TargetFile.read(text: " null\n", path: "t.json").groups == [])
    #expect(TargetFile.read(text: "null", path: "http://h/targets", isJSON: true).groups == [])
  }

  @Test(
    "A mistake is reported at its place and no group is returned",
    arguments: [
      ("t.yml", "▸{targets: [a:1]}"), ("t.yml", "- targets: [a:1]\n- targets: ▸b:1\n"), ("t.yml", "[▸null]"),
      ("t.yml", "- targets: [a]\n  ▸label: {}\n"), ("t.yml", "- labels: {▸'': x}\n"),
      ("t.json", "[{\"targets\": [▸1]}]"), ("t.json", "[{\"labels\": {\"a\": ▸true}}]"),
      ("t.yml", "[{targets: [▸{}]}]"),
    ])
  func mistakes(path: String, marked: String) {
    let marked = MarkedText(marked)
    let result = TargetFile.read(text: marked.text, path: path)
    #expect(result.groups == nil)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
    #expect(result.errors.first?.path == path)
  }
}
