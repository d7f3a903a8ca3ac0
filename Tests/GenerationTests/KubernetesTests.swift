import AgentConfiguration
import Diagnostics
import Generation
import Settings
import Testing

@Suite("Manifests for Kubernetes")
struct KubernetesTests {
  private static func configuration(tokenFile: String = "/etc/godwit/secrets/mimir/token") throws -> String {
    var asked = Asked(try BackendProfiles().named("mimir"), .bearerFile)
    asked.request.credentials = [.tokenFile: [tokenFile]]
    asked.request.replica = "${POD_NAME}"
    return try asked.configuration()
  }

  private func manifests(_ change: (inout KubernetesManifests) throws -> Void = { _ in }) throws -> KubernetesManifests
  {
    var manifests = KubernetesManifests(
      rate: 50_000, image: "registry.example/godwit:1", configuration: try Self.configuration())
    manifests.secrets = ["mimir"]
    try change(&manifests)
    return manifests
  }

  /// The documents of what is written, by their kinds.
  private func documents(_ manifests: KubernetesManifests) throws -> [String: YAMLNode] {
    let text = try #require(try manifests.files().files.first).text
    var documents: [String: YAMLNode] = [:]
    for part in text.split(separator: "\n---\n").dropFirst() {
      let findings = FindingCollector(path: "manifest")
      let node = try #require(
        YAMLParsing.document(in: String(part) + "\n", findings: findings), "\(findings.errors.text)")
      #expect(findings.errors.isEmpty, "\(findings.errors.text)")
      let kind = try #require(node["kind"]?.scalar?.text)
      #expect(documents.updateValue(node, forKey: kind) == nil)
    }
    return documents
  }

  @Test("There is all that an agent needs, and it fits together")
  func structure() throws {
    let documents = try documents(manifests { $0.namespace = "monitoring" })
    #expect(
      Set(documents.keys) == ["ServiceAccount", "ConfigMap", "Service", "PodDisruptionBudget", "StatefulSet"])
    for (kind, node) in documents {
      #expect(
        node["metadata"]?["name"]?.text == "godwit" && node["metadata"]?["namespace"]?.text == "monitoring", "\(kind)")
    }
    let set = try #require(documents["StatefulSet"]?["spec"])
    #expect(set["serviceName"]?.text == "godwit" && set["replicas"]?.text == "1")
    let labels = ["app.kubernetes.io/name", "app.kubernetes.io/instance"]
    for label in labels {
      let value = set["template"]?["metadata"]?["labels"]?[label]?.text
      #expect(value == "godwit" && set["selector"]?["matchLabels"]?[label]?.text == value)
      #expect(documents["Service"]?["spec"]?["selector"]?[label]?.text == value)
      #expect(documents["PodDisruptionBudget"]?["spec"]?["selector"]?["matchLabels"]?[label]?.text == value)
    }
    #expect(documents["PodDisruptionBudget"]?["spec"]?["maxUnavailable"]?.text == "1")
    #expect(documents["ServiceAccount"]?["automountServiceAccountToken"]?.text == "false")
  }

  @Test("The pod has no privilege, and writes to its volume alone")
  func security() throws {
    let pod = try #require(try documents(manifests())["StatefulSet"]?["spec"]?["template"]?["spec"])
    let container = try #require(pod["containers"]?.elements.first)
    #expect(pod["securityContext"]?["runAsNonRoot"]?.text == "true")
    #expect(pod["securityContext"]?["seccompProfile"]?["type"]?.text == "RuntimeDefault")
    #expect(container["securityContext"]?["readOnlyRootFilesystem"]?.text == "true")
    #expect(container["securityContext"]?["allowPrivilegeEscalation"]?.text == "false")
    #expect(container["securityContext"]?["capabilities"]?["drop"]?.elements.map(\.text) == ["ALL"])
    let mounts = try #require(container["volumeMounts"]?.elements)
    #expect(mounts.filter { $0["readOnly"]?.text != "true" }.map { $0["name"]?.text } == ["log"])
    let volumes = (pod["volumes"]?.elements ?? []).compactMap { $0["name"]?.text } + ["log"]
    #expect(Set(mounts.compactMap { $0["name"]?.text }) == Set(volumes))
    for (probe, path) in [
      ("startupProbe", "/-/ready"), ("livenessProbe", "/-/healthy"), ("readinessProbe", "/-/ready"),
    ] {
      #expect(container[probe]?["httpGet"]?["path"]?.text == path)
    }
  }

  @Test("Resources and the volume follow from the rate")
  func resources() throws {
    let set = try #require(try documents(manifests { $0.outage = .seconds(6 * 3_600) })["StatefulSet"]?["spec"])
    let container = try #require(set["template"]?["spec"]?["containers"]?.elements.first)
    #expect(container["resources"]?["requests"]?["cpu"]?.text == "400m")
    #expect(container["resources"]?["requests"]?["memory"]?.text == "127Mi")
    #expect(container["resources"]?["limits"]?["memory"]?.text == "317Mi")
    let claim = try #require(set["volumeClaimTemplates"]?.elements.first)
    #expect(claim["metadata"]?["name"]?.text == "log")
    let arguments = (container["args"]?.elements ?? []).map(\.text)
    // 50,000 × 21,600 s × 16 bytes × 1.25 = 20.1 GiB; the volume has room for a segment and the quarantine too.
    #expect(arguments.contains("--storage.log.max-bytes=21GB"))
    #expect(claim["spec"]?["resources"]?["requests"]?["storage"]?.text == "21Gi")
    #expect(arguments.contains("--config.file=/etc/godwit/config/prometheus.yml"))
  }

  @Test("The configuration arrives as it is")
  func configMap() throws {
    let delivery = "endpoints:\n  - name: mimir\n    fresh_first: true\n"
    let data = try documents(manifests { $0.delivery = delivery })["ConfigMap"]?["data"]
    #expect(data?["prometheus.yml"]?.text == (try Self.configuration()))
    #expect(data?["godwit.yml"]?.text == delivery)
    // A first line that is set in, and lines without anything.
    let odd = "  global:\n    scrape_interval: 15s\n\n\n  # end\n\n"
    let read = try documents(manifests { $0.configuration = odd })["ConfigMap"]?["data"]?["prometheus.yml"]?.text
    #expect(read == "  global:\n    scrape_interval: 15s\n\n\n  # end\n")
  }

  @Test(
    "A secret in the configuration is refused and not repeated",
    arguments: [
      "remote_write: [{url: https://h/, basic_auth: {username: u, password: hunter2}}]",
      "remote_write: [{url: \"https://u:hunter2@h/\"}]", "remote_write: [{url: \"https://h/?token=hunter2\"}]",
      "remote_write: [{url: https://h/, headers: {X-Api-Key: hunter2}}]",
    ])
  func secrets(text: String) throws {
    let error = #expect(throws: GenerationProblem.self) { try manifests { $0.configuration = text }.files() }
    #expect(error?.fix.contains("--secret") == true && error?.description.contains("hunter2") == false)
  }

  @Test("A configuration that is wrong, and names that Kubernetes does not take, are refused")
  func refused() throws {
    #expect(throws: GenerationProblem.self) { try manifests { $0.configuration = "remote_writ: []" }.files() }
    #expect(throws: GenerationProblem.self) { try manifests { $0.delivery = "endpoints: [{name: other}]" }.files() }
    for name in ["", "-a", "A", "a_b", String(repeating: "a", count: 64)] {
      #expect(throws: GenerationProblem.self, "\(name)") { try manifests { $0.name = name }.files() }
      #expect(throws: GenerationProblem.self, "\(name)") { try manifests { $0.secrets = [name] }.files() }
    }
    #expect(throws: GenerationProblem.self) { try manifests { $0.image = "a b" }.files() }
    #expect(throws: GenerationProblem.self) { try manifests { $0.replicas = 0 }.files() }
  }

  @Test("Files that nothing mounts, and agents that are alike, are said")
  func advice() throws {
    #expect(try manifests().files().findings.isEmpty)
    let unmounted = try manifests { $0.configuration = try Self.configuration(tokenFile: "/etc/token") }
    #expect(try unmounted.files().findings.map(\.id) == ["GW914"])
    #expect(try manifests { $0.secrets = [] }.files().findings.map(\.id) == ["GW914"])
    #expect(try manifests { $0.replicas = 2 }.files().findings.isEmpty)
    let alike = try manifests {
      $0.replicas = 2
      $0.configuration = $0.configuration.replacing("${POD_NAME}", with: "a")
    }
    #expect(try alike.files().findings.map(\.id) == ["GW915"])
  }
}

extension YAMLNode {
  fileprivate subscript(key: String) -> YAMLNode? {
    guard case .mapping(let fields) = content else { return nil }
    return fields.first { $0.key.scalar?.text == key }?.value
  }

  fileprivate var elements: [YAMLNode] {
    if case .sequence(let elements) = content { return elements }
    return []
  }

  fileprivate var text: String? { scalar?.text }
}
