public import Diagnostics
import Settings

/// A hardened systemd unit for `godwit agent`, each line with its reason.
public struct SystemdUnit: Sendable {
  /// A file that only the unit may read, by the name under which the agent finds it.
  public struct Credential: Hashable, Sendable {
    public var name: String
    public var path: String

    /// `NAME:/etc/godwit/token`
    public init(_ text: String) throws(GenerationProblem) {
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      let isName = parts.first?.utf8.allSatisfy { SystemdUnit.isNameByte($0) } == true
      guard parts.count == 2, isName, parts[1].hasPrefix("/"), SystemdUnit.isPath(parts[1]) else {
        throw GenerationProblem("a credential is a name and a file", fix: "write --credential token:/etc/godwit/token")
      }
      (name, path) = (parts[0], parts[1])
    }
  }

  /// Samples a second.
  public var rate: Int
  public var interval: Duration = .seconds(15)
  public var outage: Duration?
  public var program = "/usr/bin/godwit"
  public var configFile = "/etc/godwit/prometheus.yml"
  public var deliveryFile: String?
  /// nil for one that systemd makes up while the unit runs.
  public var user: String?
  public var listenAddress = "127.0.0.1:9090"
  public var credentials: [Credential] = []
  /// Whether it takes what others push.
  public var receives = false

  public init(rate: Int) { self.rate = rate }

  static let flushSeconds = 60
  private static let name = "godwit"

  public func files() throws(GenerationProblem) -> GeneratedFiles {
    try check()
    return GeneratedFiles(
      [GeneratedFile(name: "\(Self.name).service", text: text)],
      summary: "A systemd unit for an agent of \(Quantity.grouped(rate)) samples/s.",
      next: [
        Answer.Step(
          command: "systemd-analyze verify /etc/systemd/system/\(Self.name).service",
          why: "says whether this systemd knows every line"),
        Answer.Step(
          command: "systemctl daemon-reload && systemctl enable --now \(Self.name)", why: "starts it, now and at boot"),
      ])
  }

  private func check() throws(GenerationProblem) {
    let paths =
      [("--program", program), ("--config-file", configFile)] + (deliveryFile.map { [("--delivery-file", $0)] } ?? [])
    for (flag, path) in paths where !path.hasPrefix("/") || !Self.isPath(path) {
      throw GenerationProblem(
        "\(flag) is no path that a unit can name", fix: "give an absolute path of letters, digits and . _ - + @ : /")
    }
    if let user, user.isEmpty || !user.utf8.allSatisfy({ Self.isNameByte($0) }) {
      throw GenerationProblem("--user is no name of a user", fix: "write letters, digits, _ and -")
    }
    if !listenAddress.utf8.allSatisfy({ Self.isNameByte($0) || ":[]".utf8.contains($0) }) {
      throw GenerationProblem("--listen is no address", fix: "write host:port")
    }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "._-".utf8.contains(byte)
  }

  /// What needs no quoting in a unit: % and $ mean something there, and a space ends a word.
  static func isPath(_ path: String) -> Bool {
    path.utf8.allSatisfy { isNameByte($0) || "/+@:".utf8.contains($0) } && !path.contains("/../")
  }

  // MARK: - The text

  var footprint: AgentFootprint { AgentFootprint(rate: rate, interval: interval) }

  /// What starts the agent, without the program itself.
  var arguments: [String] {
    let bound = Quantity.size(footprint.logBoundBytes(of: outage ?? AgentFootprint.outageDefault))
    var arguments = [
      "agent", "--config.file=\(configFile)", "--storage.agent.path=%S/\(Self.name)",
      "--storage.log.max-bytes=\(bound)", "--storage.remote.flush-deadline=\(Self.flushSeconds)s",
      "--web.listen-address=\(listenAddress)",
    ]
    if let deliveryFile { arguments.insert("--godwit.config=\(deliveryFile)", at: 2) }
    if receives { arguments.append("--web.enable-remote-write-receiver") }
    return arguments
  }

  var text: String {
    var unit = UnitText()
    unit.comment(
      "Written by godwit generate unit for \(Quantity.grouped(rate)) samples/s; every line has its reason above it.")
    unit.section("Unit")
    unit.set("Description", "Godwit, an agent for Prometheus Remote Write")
    unit.set(
      "Wants", "network-online.target",
      why: "Endpoints and targets are on the network. It waits for them itself; this only saves the first failures.")
    unit.set("After", "network-online.target")
    unit.set(
      "StartLimitIntervalSec", "0",
      why: "Never give up: whatever keeps it from starting may be mended while nobody looks.")
    unit.section("Service")
    writeProgram(to: &unit)
    writeIdentity(to: &unit)
    writeResources(to: &unit)
    Hardening.write(to: &unit)
    unit.section("Install")
    unit.set("WantedBy", "multi-user.target", why: "Started at boot.")
    return unit.text
  }

  private func writeProgram(to unit: inout UnitText) {
    unit.set("Type", "exec", why: "It counts as started when the program runs, not when systemd has forked.")
    let outageWords = outage.map { DurationText.format($0) } ?? "6h (--outage names another)"
    unit.set(
      "ExecStart", ([program] + arguments).joined(separator: " \\\n  "),
      why: "The log holds what an outage of \(outageWords) leaves: "
        + footprint.logArithmetic(of: outage ?? AgentFootprint.outageDefault) + ", at least 256MB.")
    unit.set(
      "ExecReload", "/bin/kill -HUP $MAINPID",
      why: "It reads its configuration again; if that has a mistake, the running one stays.")
    unit.set("Restart", "always", why: "What waits is in the log and is sent after the start.")
    unit.set("RestartSec", "5s")
    unit.set(
      "TimeoutStopSec", "\(Self.flushSeconds + 30)s",
      why:
        "A stop delivers for \(Self.flushSeconds)s at most; half a minute more for the disk. What is left is sent after "
        + "the next start.")
  }

  private func writeIdentity(to unit: inout UnitText) {
    if let user {
      unit.set("User", user, why: "Not root: it needs no privilege.")
      unit.set("Group", user)
    } else {
      unit.set(
        "DynamicUser", "yes",
        why:
          "A user of its own while it runs, so that no other service may read the log or end it. The configuration must be readable for everybody, and holds no secret."
      )
    }
    unit.set("StateDirectory", Self.name, why: "The log, in /var/lib/\(Self.name), kept through restarts.")
    unit.set("StateDirectoryMode", "0700", why: "Samples and refused requests are nobody else's.")
    for credential in credentials {
      unit.set(
        "LoadCredential", "\(credential.name):\(credential.path)",
        why:
          "Read by systemd as root; the agent finds it at /run/credentials/\(Self.name).service/\(credential.name), which "
          + "is what the configuration must name. A new one is seen after a restart, not a reload.")
    }
    unit.set("UMask", "0077", why: "What it writes is readable for itself alone.")
  }

  private func writeResources(to unit: inout UnitText) {
    let bound = footprint.memoryBoundBytes
    unit.set(
      "MemoryMax", "\(Int((bound / 1_048_576).rounded(.up)))M",
      why:
        "Twice what it takes, and 64 MiB: 2 × (\(footprint.memoryArithmetic())) + 64MB = \(Quantity.size(bound)). A leak "
        + "ends this unit and not the machine; the log is on disk.")
    unit.set(
      "MemoryHigh", "\(Int((0.9 * bound / 1_048_576).rounded(.up)))M",
      why: "Before that the kernel slows it down and takes back what it can.")
    unit.set("MemorySwapMax", "0", why: "A page that has to be swapped in makes a scrape late.")
    unit.set(
      "LimitNOFILE", "65536",
      why: "A socket for each target under way and each shard, a file for each reader of the log.")
    unit.set("LimitCORE", "0", why: "A core would hold tokens and samples.")
    unit.set("TasksMax", "256", why: "It has a few dozen threads, whatever the rate.")
  }
}
