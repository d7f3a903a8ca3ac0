import AgentConfiguration
import ConfigurationReview
import Testing

@Suite("Changes of a text")
struct TextEditTests {
  private static let text = """
    # the way out
    remote_write:
      - url: https://a.example/api/v1/write   # main
        name: 'one'   # its name

        capacity: 100
        queue_config:
          # how many at once
          max_shards: 10
          min_shards: 2
        write_relabel_configs:
        - regex: "a"
          action: labeldrop
        - regex: b
          action: labeldrop
      - url: https://b.example/api/v1/write

    """

  /// The first endpoint of the text.
  private let endpoint: Section
  private let file = FileReading(path: "a.yml", directory: "/").file(TextEditTests.text)

  init() throws { endpoint = try #require(file.endpoints.first).section }

  private func applied(_ edit: TextEdit) throws -> String {
    file.text.applying(try #require(edit.changes(in: file))).text
  }

  @Test("A value is set and the comment behind it stays")
  func value() throws {
    let name = try #require(endpoint["name"])
    #expect(
      try applied(.setValue(name, text: "two"))
        == Self.text.replacing("name: 'one'   # its", with: "name: two   # its"))
    #expect(try applied(.renameKey(name, to: "title")) == Self.text.replacing("name: 'one'", with: "title: 'one'"))
  }

  @Test("A field is taken away with what is below it")
  func removal() throws {
    let queue = try #require(endpoint["queue_config"])
    #expect(
      try applied(.remove(queue))
        == Self.text.replacing(
          "    queue_config:\n      # how many at once\n      max_shards: 10\n      min_shards: 2\n", with: ""))
  }

  @Test("The first field of an element leaves its dash to the next")
  func firstField() throws {
    let url = try #require(endpoint["url"])
    #expect(
      try applied(.remove(url))
        == Self.text.replacing(
          "  - url: https://a.example/api/v1/write   # main\n    name: 'one'", with: "  - name: 'one'"))
  }

  @Test("The last element of a list takes the list with it, another does not")
  func elements() throws {
    let rules = endpoint.list("write_relabel_configs")
    #expect(
      try applied(.removeElement(rules[0]))
        == Self.text.replacing("    - regex: \"a\"\n      action: labeldrop\n", with: ""))
    let single = FileReading(path: "a.yml", directory: "/", kind: .unknown)
      .file("a:\n  b:\n    - c: 1\n      d: 2\n  e: 3\n")
    let element = try #require(single.root?.section("a")?.list("b").first)
    #expect(
      single.text.applying(try #require(TextEdit.removeElement(element).changes(in: single))).text == "a:\n  e: 3\n")
  }

  @Test("A field moves into its section, which is made where it is not there")
  func moves() throws {
    let capacity = try #require(endpoint["capacity"])
    #expect(
      try applied(.move(capacity, into: "queue_config", of: endpoint))
        == Self.text.replacing("    capacity: 100\n", with: "")
        .replacing("      min_shards: 2\n", with: "      min_shards: 2\n      capacity: 100\n"))
    #expect(
      try applied(.move(capacity, into: "metadata_config", of: endpoint))
        == Self.text.replacing("    capacity: 100\n", with: "    metadata_config:\n      capacity: 100\n"))
  }

  @Test("Lines are put in after a field and before one")
  func insertions() throws {
    let queue = try #require(endpoint["queue_config"])
    let url = try #require(endpoint["url"])
    #expect(
      try applied(.insert(["tls_config:", "  min_version: TLS12"], after: queue))
        == Self.text.replacing(
          "      min_shards: 2\n",
          with: "      min_shards: 2\n    tls_config:\n      min_version: TLS12\n"))
    #expect(
      try applied(.insertBefore(["name: first"], url))
        == Self.text.replacing("  - url: https://a", with: "  - name: first\n    url: https://a"))
  }

  @Test("What stands between braces is not moved about")
  func flow() throws {
    let flow = FileReading(path: "a.yml", directory: "/")
      .file("remote_write: [{url: https://a.example/api/v1/write, capacity: 1}]\n")
    let endpoint = try #require(flow.endpoints.first).section
    let capacity = try #require(endpoint["capacity"])
    #expect(TextEdit.move(capacity, into: "queue_config", of: endpoint).changes(in: flow) == nil)
    #expect(TextEdit.remove(capacity).changes(in: flow) == nil)
    let set = try #require(TextEdit.setValue(capacity, text: "20").changes(in: flow))
    #expect(flow.text.applying(set).text == "remote_write: [{url: https://a.example/api/v1/write, capacity: 20}]\n")
  }
}
