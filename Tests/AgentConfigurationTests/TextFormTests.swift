import Foundation
import Settings
import Testing

@testable import AgentConfiguration

@Suite("Durations, sizes, URLs and numbers")
struct TextFormTests {
  @Test(
    "Durations have whole numbers with units, largest first",
    arguments: [
      ("0", 0), ("0s", 0), ("5ms", 5), ("1s500ms", 1_500), ("1m30s", 90_000), ("1h", 3_600_000), ("1d", 86_400_000),
      ("1w", 604_800_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("292y", 9_208_512_000_000),
    ])
  func duration(text: String, milliseconds: Int64) throws {
    #expect(try DurationText.parse(text) == .milliseconds(milliseconds))
  }

  @Test(
    "Anything else is no duration",
    arguments: ["", "5", "s", "1.5s", "5s1m", "1s1s", "-1s", " 1s", "1S", "1s ", "293y"])
  func notADuration(text: String) {
    #expect(throws: DurationText.Problem.self) { try DurationText.parse(text) }
  }

  @Test(
    "Sizes are powers of 1024",
    arguments: [
      ("0", 0), ("1B", 1), ("1KB", 1_024), ("1KiB", 1_024), ("10MB", 10 << 20), ("1.5GB", 3 << 29),
      ("1GB512MB", 3 << 29),
      (".5KB", 512), ("-1B", -1), ("1EB", 1 << 60),
    ])
  func size(text: String, bytes: Int) { #expect(SizeText.parse(text) == .success(bytes)) }

  @Test("Anything else is no size", arguments: ["", "10", "ten", "1kb", "B", "8EB", "1..5B", ".B", "1 B", "-"])
  func notASize(text: String) { #expect(throws: TextProblem.self) { try SizeText.parse(text).get() } }

  @Test(
    "URLs are taken as leniently as the reference takes them",
    arguments: [
      "", "http://h", "https://u:p@h:1/p?q=%zz#f", "http://[::1]:9090/", "http://h:/", "h/path", "/path",
      "localhost:9090",
      "http://h/ü", "http://ü/", "//h", "HTTP://H",
    ])
  func url(text: String) { #expect(throws: Never.self) { try URLText.parse(text).get() } }

  @Test(
    "Broken URLs are refused",
    arguments: [":x", "::://bad", "1http://h", "http://h:x", "http://[::1", "http://a b", "http://h/%g0", "http://h\n"])
  func brokenURL(text: String) { #expect(throws: TextProblem.self) { try URLText.parse(text).get() } }

  @Test(
    "Plain scalars mean what YAML 1.1 says",
    arguments: [
      ("", YAMLScalar.Resolved.null), ("~", .null), ("Null", .null), ("yes", .bool(true)), ("Off", .bool(false)),
      ("010", .integer(8)), ("08", .float(8)), ("0x1F", .integer(31)), ("0b11", .integer(3)), ("-5", .integer(-5)),
      ("1_000", .integer(1000)), ("1.5", .float(1.5)), ("1e+3", .float(1000)),
      ("18446744073709551615", .unsigned(.max)),
      ("-9223372036854775808", .integer(.min)), ("+-5", .string), ("0x-5", .string), ("1.2.3", .string), ("-", .string),
      ("yEs", .string), ("99999999999999999999", .float(1e20)),
    ])
  func scalar(text: String, resolved: YAMLScalar.Resolved) {
    #expect(YAMLScalar(text: text, isPlain: true).resolved == resolved)
    #expect(YAMLScalar(text: text, isPlain: false).resolved == .string)
  }

  @Test(
    "The nearest name is found for a slip, and none for something else",
    arguments: [
      ("urll", "url"), ("nmae", "name"), ("remotetimeout", "remote_timeout"), ("zzz", nil), ("", nil),
      ("headrs", "headers"),
    ])
  func nearest(name: String, expected: String?) {
    #expect(NearestName.of(name, among: ["url", "name", "headers", "remote_timeout"]) == expected)
  }

  @Test(
    "Wildcards match within a name",
    arguments: [
      ("*.yml", "a.yml", true), ("*.yml", "a.yaml", false), ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true),
      ("a*b*c", "acb", false), ("ab*ba", "aba", false), ("x", "x", true), ("*", "", true), ("*a*a*", "ba", false),
      ("*", ".x", true), ("a?.yml", "ab.yml", true), ("a?.yml", "a.yml", false), ("[a-c]x", "bx", true),
      ("[^a-c]x", "bx", false), ("\\*", "*", true),
    ])
  func wildcard(pattern: String, name: String, expected: Bool) {
    #expect(Wildcard.matches(pattern, name) == expected)
  }

  @Test("Local files are found by pattern, sorted, and read whole")
  func localFiles() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for name in ["b.yml", "a.yml", "c.txt"] {
      try Data("x: \(name)".utf8).write(to: directory.appendingPathComponent(name))
    }
    try Data([0xff, 0xfe]).write(to: directory.appendingPathComponent("broken"))
    let files = LocalConfigurationFiles()
    let root = directory.path
    #expect(files.paths(matching: root + "/*.yml") == [root + "/a.yml", root + "/b.yml"])
    #expect(files.paths(matching: root + "/c.txt") == [root + "/c.txt"])
    #expect(files.paths(matching: root + "/none").isEmpty && files.paths(matching: root + "/none/*").isEmpty)
    #expect(try files.text(atPath: root + "/a.yml") == "x: a.yml")
    #expect(throws: (any Error).self) { try files.text(atPath: root + "/broken") }
  }
}
