import ArgumentParser
import Listening
import Testing

@testable import godwit

@Suite("The command line of an agent-mode Prometheus")
struct ReferenceArgumentsTests {
  private static func value(for flag: ReferenceFlag) -> String {
    switch flag.kind {
    case .boolean: "true"
    case .text:
      switch flag.name {
      case "web.listen-address": "127.0.0.1:0"
      case "web.remote-write-receiver.accepted-protobuf-messages": "prometheus.WriteRequest"
      case "enable-feature": ""
      default: "some"
      }
    case .duration: "1h30m"
    case .size: "128MB"
    case .integer: "7"
    case .decimal: "0.5"
    case .word(let words): words.last ?? ""
    }
  }

  private static func forms(of flag: ReferenceFlag) -> [[String]] {
    if case .boolean = flag.kind { return [["--\(flag.name)"], ["--\(flag.name)=true"]] }
    return [["--\(flag.name)=\(value(for: flag))"], ["--\(flag.name)", value(for: flag)]]
  }

  @Test("Every flag is known in each of its forms, and does, does nothing, or is refused", arguments: ReferenceFlag.all)
  func everyFlag(flag: ReferenceFlag) throws {
    for arguments in Self.forms(of: flag) {
      switch flag.meaning {
      case .works:
        let read = try ReferenceArguments(arguments)
        #expect(read.notes.isEmpty)
        // What is passed on is known to the command's own parser.
        let command = try Godwit.parseAsRoot(["agent"] + read.rest)
        #expect(command is AgentCommand)
        #expect(read.given[flag.name] == [Self.value(for: flag)])
      case .noEffect(let reason):
        let read = try ReferenceArguments(arguments)
        #expect(read.rest.isEmpty && read.notes.map(\.reason) == [reason])
      case .refused(let reason):
        let refusal = #expect(throws: ReferenceArguments.Refusal.self) { try ReferenceArguments(arguments) }
        #expect(refusal?.exitCode == 2 && refusal?.description.contains(reason) == true)
      case .serverOnly:
        let refusal = #expect(throws: ReferenceArguments.Refusal.self) { try ReferenceArguments(arguments) }
        #expect(refusal?.exitCode == 3 && refusal?.description.contains("--\(flag.name)") == true)
      }
    }
  }

  @Test(
    "Each boolean has its negative form",
    arguments: ReferenceFlag.all.filter { flag in
      if case .boolean = flag.kind { return flag.name != "agent" && flag.meaning != .serverOnly }
      return false
    })
  func negated(flag: ReferenceFlag) throws {
    let read = try ReferenceArguments(["--no-\(flag.name)"])
    #expect(read.rest.isEmpty && read.given[flag.name] == ["false"])
  }

  static let mistakes: [(arguments: [String], code: Int32, words: String)] = [
    (["--config.file=a", "--config.file=b"], 2, "flag 'config.file' cannot be repeated"),
    (["--agent", "--agent"], 2, "flag 'agent' cannot be repeated"),
    (["--config.file"], 2, "expected argument for flag '--config.file'"),
    (["--config.file", "--agent"], 2, "expected argument for flag"),
    (["--web.read-timeout=soon"], 2, "not a valid duration string"),
    (["--storage.agent.wal-segment-size=big"], 2, "not a valid size"),
    (["--storage.agent.wal-compression-type=lz4"], 2, "must be one of snappy,zstd"),
    (["--log.level=loud"], 2, "must be one of"),
    (["--web.enable-lifecycle=yes"], 2, "not a valid boolean"),
    (["--auto-gomemlimit.ratio=half"], 2, "not a number"),
    (["--web.enable-otlp-receiver"], 2, "not built here"),
    (["--enable-feature=type-and-unit-labels"], 2, "not built here"),
    (["--no-agent"], 3, "always an agent"),
    (["--storage.tsdb.path=x", "--query.timeout", "2m"], 3, "[\"--storage.tsdb.path\" \"--query.timeout\"]"),
  ]

  @Test("Mistakes end the program as they end Prometheus", arguments: mistakes)
  func refusals(mistake: (arguments: [String], code: Int32, words: String)) {
    let refusal = #expect(throws: ReferenceArguments.Refusal.self) { try ReferenceArguments(mistake.arguments) }
    #expect(refusal?.exitCode == mistake.code && refusal?.description.contains(mistake.words) == true)
  }

  @Test("Features are built in, without effect, or not known, and the last is a warning")
  func features() throws {
    let read = try ReferenceArguments([
      "--enable-feature=exemplar-storage,old-ui", "--enable-feature", "auto-reload-config,,no-such-thing",
    ])
    #expect(read.notes.map(\.subject) == ["--enable-feature=old-ui", "--enable-feature=no-such-thing"])
    #expect(read.notes.map(\.level) == [.information, .warning])
    #expect(read.reloadsAutomatically && !read.addsScrapeMetrics && read.rest.isEmpty)
    let other = try ReferenceArguments(["--enable-feature=extra-scrape-metrics"])
    #expect(other.addsScrapeMetrics && !other.reloadsAutomatically && other.notes.isEmpty && other.rest.isEmpty)
  }

  @Test("A unit file works with only the program's name changed")
  func unitFile() throws {
    let arguments = Program.arguments([
      "--agent", "--config.file=/etc/prometheus/prometheus.yml", "--storage.agent.path", "/var/lib/prometheus",
      "--web.listen-address=:9090", "--web.listen-address=[::1]:9091", "--web.enable-lifecycle",
      "--storage.agent.retention.max-time=6h", "--no-storage.agent.wal-compression", "--web.external-url=http://a/b/",
      "--log.level=warn",
    ])
    #expect(arguments.first == "agent")
    let read = try ReferenceArguments(Array(arguments.dropFirst()))
    let command = try #require(try Godwit.parseAsRoot(["agent"] + read.rest) as? AgentCommand)
    #expect(command.listenAddresses.map(\.description) == ["0.0.0.0:9090", "[::1]:9091"])
    #expect(command.configFile == "/etc/prometheus/prometheus.yml" && command.storagePath == "/var/lib/prometheus")
    #expect(command.enableLifecycle && command.retentionMaxTime.duration == .seconds(6 * 3600))
    #expect(command.web.options(command.listenAddresses).routePrefix == "/b")
  }

  @Test(
    "Only flags alone are taken for the agent's",
    arguments: [
      (["--version"], ["--version"]), (["--help"], ["--help"]), (["-h"], ["-h"]), (["receive"], ["receive"]), ([], []),
      (["--help-long"], ["agent", "--help"]), (["--config.file=a"], ["agent", "--config.file=a"]),
    ])
  func program(given: [String], expected: [String]) { #expect(Program.arguments(given) == expected) }

  @Test("The page of flags has what was given, the defaults, and no secrets")
  func shown() throws {
    let read = try ReferenceArguments(["--web.user-assets=/a", "--enable-feature=old-ui"])
    let shown = read.shown(own: [("config.file", "x.yml"), ("godwit.config", "y.yml")])
    let values = Dictionary(shown.map { ($0.name, $0.value) }) { first, _ in first }
    #expect(values["web.user-assets"] == "/a" && values["enable-feature"] == "old-ui")
    #expect(values["config.file"] == "x.yml" && values["godwit.config"] == "y.yml")
    #expect(values["storage.agent.no-lockfile"] == "false" && values["storage.tsdb.path"] == nil)
    #expect(shown.map(\.name) == shown.map(\.name).sorted())
    #expect(WebFlags.shown("https://ann:pass@host/p?token=abc&a=1") == "https://ann:<secret>@host/p?token=<secret>&a=1")
  }

  @Test(
    "The prefix of pages is its flag's or the path of the external URL",
    arguments: [
      (nil, nil, "/"), ("/", "http://a/b", "/"), (nil, "http://a/b/", "/b"), ("c/", "http://a/b", "/c"), ("", nil, "/"),
      ("//c//d/", nil, "/c/d"),
    ])
  func prefix(flag: String?, url: String?, expected: String) { #expect(WebFlags.prefix(flag, url) == expected) }
}
