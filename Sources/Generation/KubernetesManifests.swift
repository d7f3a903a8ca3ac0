import AgentConfiguration
public import Diagnostics
import Settings

/// Manifests for an agent on Kubernetes: a StatefulSet with its log on a volume, and what belongs to it.
public struct KubernetesManifests: Sendable {
  /// Samples a second, of all replicas' targets together; each replica reads all of them.
  public var rate: Int
  public var interval: Duration = .seconds(15)
  public var outage: Duration?
  public var name = "godwit"
  public var namespace: String?
  /// There is no image that could be assumed.
  public var image: String
  public var replicas = 1
  public var storageClass: String?
  /// Names of Secrets; each is mounted read-only at `/etc/godwit/secrets/<name>`.
  public var secrets: [String] = []
  /// Whether it takes what others push.
  public var receives = false
  /// The text of the `prometheus.yml`.
  public var configuration: String
  /// The text of the file of `--godwit.config`.
  public var delivery: String?

  public init(rate: Int, image: String, configuration: String) {
    self.rate = rate
    self.image = image
    self.configuration = configuration
  }

  static let port = 9090
  static let configDirectory = "/etc/godwit/config"
  static let secretDirectory = "/etc/godwit/secrets"
  static let logDirectory = "/var/lib/godwit"

  public func files() throws(GenerationProblem) -> GeneratedFiles {
    try check()
    return GeneratedFiles(
      [GeneratedFile(name: "\(name).yml", text: ManifestText(self).text)],
      summary:
        "Manifests for \(replicas) \(replicas == 1 ? "agent" : "agents") of \(Quantity.grouped(rate)) samples/s.",
      findings: findings,
      next: [
        Answer.Step(
          command: "kubectl apply --dry-run=server -f \(name).yml",
          why: "has the cluster check them and changes nothing")
      ])
  }

  // MARK: - What must hold

  private func check() throws(GenerationProblem) {
    for (flag, text) in [("--name", name), ("--namespace", namespace ?? "x")] + secrets.map({ ("--secret", $0) })
    where !Self.isLabel(text) {
      throw GenerationProblem(
        "\(flag) is no name for Kubernetes", fix: "write at most 63 lower-case letters, digits and hyphens")
    }
    if image.isEmpty || image.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: "\"") }) {
      throw GenerationProblem("--image is no name of an image", fix: "write registry/name:tag")
    }
    guard (1...100).contains(replicas) else {
      throw GenerationProblem("\(replicas) replicas make no sense", fix: "give --replicas 1 or 2")
    }
    try checkSecrets(of: configuration)
    guard let delivery, let endpoints = settings?.endpoints else { return }
    let read = DeliveryFile.read(text: delivery, path: "--delivery-file", endpoints: endpoints)
    if let first = read.errors.first {
      throw GenerationProblem("the delivery file is wrong: \(first.text)", fix: "correct it, then generate again")
    }
  }

  /// A ConfigMap is no place for secrets, and manifests are kept where many can read them.
  private func checkSecrets(of text: String) throws(GenerationProblem) {
    let read = Self.reader.read(text: text, path: "--config-file")
    guard read.errors.isEmpty else {
      throw GenerationProblem("the configuration is wrong: \(read.errors.text)", fix: "correct it, then generate again")
    }
    if SecretRedactor.rendering(text)?.contains("<secret>") == true {
      throw GenerationProblem(
        "the configuration holds a secret, and a ConfigMap is no place for one",
        fix: "put it into a Secret, mount that with --secret, and name its file in the configuration")
    }
  }

  private static let reader = ConfigurationReader(directory: configDirectory, environment: { _ in "" })

  private var settings: AgentSettings? { Self.reader.read(text: configuration, path: "--config-file").settings }

  private static func isLabel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    func isAlphanumeric(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) }
    return (1...63).contains(bytes.count) && isAlphanumeric(bytes[0]) && isAlphanumeric(bytes[bytes.count - 1])
      && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  // MARK: - What there is to say

  private var findings: [Finding] {
    var findings: [Finding] = []
    let mounts = secrets.map { "\(Self.secretDirectory)/\($0)/" } + [Self.configDirectory + "/"]
    for file in MountedFiles.all(in: configuration) {
      let path = file.hasPrefix("/") ? file : "\(Self.configDirectory)/\(file)"
      guard !mounts.contains(where: { path.hasPrefix($0) }) else { continue }
      findings.append(
        GenerationFinding.unmountedFile.warning(
          "nothing mounts \(file)", why: "The agent cannot read it, and every request that needs it fails.",
          fix:
            "put it into a Secret called NAME, name it \(Self.secretDirectory)/NAME/… in the configuration, and give "
            + "--secret NAME"))
    }
    if replicas > 1 && !configuration.contains("${POD_NAME}") {
      findings.append(
        GenerationFinding.replicasAlike.warning(
          "\(replicas) agents write the same series", why: "Each is refused what another has written, or values mix.",
          fix: "give godwit generate config --replica '${POD_NAME}', or --replicas 1"))
    }
    return findings
  }
}

/// The files that a configuration names for secrets and certificates.
enum MountedFiles {
  static func all(in text: String) -> [String] {
    let findings = FindingCollector(path: "")
    guard let node = YAMLParsing.document(in: text, findings: findings) else { return [] }
    var files: [String] = []
    collect(from: node, into: &files)
    return files
  }

  private static func collect(from node: YAMLNode, into files: inout [String]) {
    switch node.content {
    case .scalar: break
    case .sequence(let elements): for element in elements { collect(from: element, into: &files) }
    case .mapping(let fields):
      for field in fields {
        if let key = field.key.scalar?.text, key.hasSuffix("_file"), let path = field.value.scalar?.text,
          !path.isEmpty, !files.contains(path)
        {
          files.append(path)
        }
        collect(from: field.value, into: &files)
      }
    }
  }
}
