import Settings

/// The text of the manifests, in the order in which a cluster wants them.
struct ManifestText {
  private let manifests: KubernetesManifests
  private var yaml = CommentedYAML()

  var text: String { yaml.text }
  private var name: String { manifests.name }
  private var footprint: AgentFootprint { AgentFootprint(rate: manifests.rate, interval: manifests.interval) }
  private var outage: Duration { manifests.outage ?? AgentFootprint.outageDefault }
  private static let user = 65_532

  init(_ manifests: KubernetesManifests) {
    self.manifests = manifests
    yaml.comment(
      "Written by godwit generate kubernetes for \(Quantity.grouped(manifests.rate)) samples/s; what was chosen has its "
        + "reason above it.")
    writeServiceAccount()
    writeConfigMap()
    writeService()
    writeDisruptionBudget()
    writeStatefulSet()
  }

  private mutating func begin(_ kind: String, _ version: String) {
    yaml.line("---")
    yaml.line("apiVersion: \(version)")
    yaml.line("kind: \(kind)")
    yaml.line("metadata:")
    yaml.line("name: \(quoted(name))", indent: 2)
    if let namespace = manifests.namespace { yaml.line("namespace: \(quoted(namespace))", indent: 2) }
    writeLabels(indent: 2)
  }

  /// A name of digits alone would be a number.
  private func quoted(_ text: String) -> String { CommentedYAML.scalar(text) }

  private mutating func writeLabels(indent: Int) {
    yaml.line("labels:", indent: indent)
    writeSelector(indent: indent + 2)
  }

  private mutating func writeSelector(indent: Int) {
    yaml.line("app.kubernetes.io/name: godwit", indent: indent)
    yaml.line("app.kubernetes.io/instance: \(quoted(name))", indent: indent)
  }

  private mutating func writeServiceAccount() {
    begin("ServiceAccount", "v1")
    yaml.field(
      "automountServiceAccountToken", "false",
      why: "It asks nothing of the cluster's API. An identity of a cloud is bound to this account by annotations.")
  }

  private mutating func writeConfigMap() {
    begin("ConfigMap", "v1")
    yaml.line("data:")
    writeFile("prometheus.yml", manifests.configuration)
    if let delivery = manifests.delivery { writeFile("godwit.yml", delivery) }
  }

  /// As a literal block, whose first line must not be empty or set in: that would tell the reader a wrong indentation.
  private mutating func writeFile(_ name: String, _ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasSuffix("\r") ? line.dropLast() : line
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    yaml.line("\(name): |2", indent: 2)
    for line in lines { yaml.line(line.isEmpty ? "" : String(line), indent: line.isEmpty ? 0 : 4) }
  }

  private mutating func writeService() {
    begin("Service", "v1")
    yaml.line("spec:")
    yaml.field("clusterIP", "None", indent: 2, why: "Each agent has a name of its own; pages are not to be balanced.")
    yaml.line("selector:", indent: 2)
    writeSelector(indent: 4)
    yaml.line("ports:", indent: 2)
    yaml.line("- name: http", indent: 2)
    yaml.line("port: \(KubernetesManifests.port)", indent: 4)
    yaml.line("targetPort: http", indent: 4)
  }

  private mutating func writeDisruptionBudget() {
    begin("PodDisruptionBudget", "policy/v1")
    yaml.line("spec:")
    yaml.field(
      "maxUnavailable", "1", indent: 2,
      why: "One at a time: a node can be drained, and with two agents one always scrapes. The log waits on its volume.")
    yaml.line("selector:", indent: 2)
    yaml.line("matchLabels:", indent: 4)
    writeSelector(indent: 6)
  }

  private mutating func writeStatefulSet() {
    begin("StatefulSet", "apps/v1")
    yaml.line("spec:")
    yaml.line("serviceName: \(quoted(name))", indent: 2)
    yaml.line("replicas: \(manifests.replicas)", indent: 2)
    yaml.line("selector:", indent: 2)
    yaml.line("matchLabels:", indent: 4)
    writeSelector(indent: 6)
    yaml.line("template:", indent: 2)
    yaml.line("metadata:", indent: 4)
    writeLabels(indent: 6)
    yaml.line("spec:", indent: 4)
    yaml.line("serviceAccountName: \(quoted(name))", indent: 6)
    yaml.line("automountServiceAccountToken: false", indent: 6)
    yaml.field(
      "terminationGracePeriodSeconds", "\(SystemdUnit.flushSeconds + 30)", indent: 6,
      why: "A stop delivers for \(SystemdUnit.flushSeconds)s at most; what is left is sent after the next start.")
    yaml.comment("Not root; the group makes the volume writable.", indent: 6)
    yaml.line("securityContext:", indent: 6)
    yaml.line("runAsNonRoot: true", indent: 8)
    for key in ["runAsUser", "runAsGroup", "fsGroup"] { yaml.line("\(key): \(Self.user)", indent: 8) }
    yaml.field(
      "fsGroupChangePolicy", "OnRootMismatch", indent: 8, why: "A large log is not walked through at each start.")
    yaml.line("seccompProfile:", indent: 8)
    yaml.line("type: RuntimeDefault", indent: 10)
    writeContainer()
    writeVolumes()
    writeClaims()
  }

  private mutating func writeContainer() {
    yaml.line("containers:", indent: 6)
    yaml.line("- name: godwit", indent: 6)
    yaml.line("image: \(quoted(manifests.image))", indent: 8)
    yaml.line("args:", indent: 8)
    for argument in arguments { yaml.line("- \(quoted(argument))", indent: 8) }
    yaml.comment("For ${POD_NAME} in external_labels, which tells replicas apart.", indent: 8)
    yaml.line("env:", indent: 8)
    yaml.line("- name: POD_NAME", indent: 8)
    yaml.line("valueFrom:", indent: 10)
    yaml.line("fieldRef:", indent: 12)
    yaml.line("fieldPath: metadata.name", indent: 14)
    yaml.line("ports:", indent: 8)
    yaml.line("- name: http", indent: 8)
    yaml.line("containerPort: \(KubernetesManifests.port)", indent: 10)
    writeProbes()
    writeResources()
    yaml.comment("It writes to its volume alone and needs no privilege.", indent: 8)
    yaml.line("securityContext:", indent: 8)
    yaml.line("allowPrivilegeEscalation: false", indent: 10)
    yaml.line("readOnlyRootFilesystem: true", indent: 10)
    yaml.line("capabilities:", indent: 10)
    yaml.line("drop:", indent: 12)
    yaml.line("- ALL", indent: 12)
    writeMounts()
  }

  private var arguments: [String] {
    var arguments = [
      "agent", "--config.file=\(KubernetesManifests.configDirectory)/prometheus.yml",
      "--storage.agent.path=\(KubernetesManifests.logDirectory)/log",
      "--storage.log.max-bytes=\(Quantity.size(footprint.logBoundBytes(of: outage)))",
      "--storage.remote.flush-deadline=\(SystemdUnit.flushSeconds)s", "--config.auto-reload",
      "--web.listen-address=0.0.0.0:\(KubernetesManifests.port)",
    ]
    if manifests.delivery != nil {
      arguments.insert("--godwit.config=\(KubernetesManifests.configDirectory)/godwit.yml", at: 2)
    }
    if manifests.receives { arguments.append("--web.enable-remote-write-receiver") }
    return arguments
  }

  private mutating func writeProbes() {
    let probes = [
      (
        "startupProbe", "/-/ready", 5, 60, "A large log is looked through before it is ready; five minutes are allowed."
      ),
      (
        "livenessProbe", "/-/healthy", 15, 4,
        "Answered even while the disk hangs, so only a stuck program is restarted."
      ),
      (
        "readinessProbe", "/-/ready", 10, 3,
        "It stays ready while an endpoint is away: it goes on taking samples, and /api/v1/status tells of the trouble."
      ),
    ]
    for (key, path, period, failures, why) in probes {
      yaml.comment(why, indent: 8)
      yaml.line("\(key):", indent: 8)
      yaml.line("httpGet:", indent: 10)
      yaml.line("path: \(path)", indent: 12)
      yaml.line("port: http", indent: 12)
      yaml.line("periodSeconds: \(period)", indent: 10)
      yaml.line("failureThreshold: \(failures)", indent: 10)
    }
  }

  private mutating func writeResources() {
    yaml.line("resources:", indent: 8)
    yaml.line("requests:", indent: 10)
    yaml.field(
      "cpu", "\(footprint.milliCPU)m", indent: 12,
      why: "2 × \(Quantity.grouped(manifests.rate)) samples/s ÷ 250,000 samples a CPU second (the least measured, "
        + "docs/performance.md), at least 50m. No limit: being throttled makes scrapes late.")
    yaml.field(
      "memory", mebibytes(footprint.memoryBytes), indent: 12, why: footprint.memoryArithmetic() + ".")
    yaml.line("limits:", indent: 10)
    yaml.field(
      "memory", mebibytes(footprint.memoryBoundBytes), indent: 12,
      why: "Twice that, and 64 MiB for series that come and go and for reading a backlog.")
  }

  private func mebibytes(_ bytes: Double) -> String { "\(Int((bytes / 1_048_576).rounded(.up)))Mi" }

  private mutating func writeMounts() {
    yaml.line("volumeMounts:", indent: 8)
    var mounts = [
      ("log", KubernetesManifests.logDirectory, false), ("config", KubernetesManifests.configDirectory, true),
    ]
    mounts += manifests.secrets.map { ("secret-\($0)", "\(KubernetesManifests.secretDirectory)/\($0)", true) }
    for (volume, path, isReadOnly) in mounts {
      yaml.line("- name: \(quoted(volume))", indent: 8)
      yaml.line("mountPath: \(path)", indent: 10)
      if isReadOnly { yaml.line("readOnly: true", indent: 10) }
    }
  }

  private mutating func writeVolumes() {
    yaml.line("volumes:", indent: 6)
    yaml.line("- name: config", indent: 6)
    yaml.line("configMap:", indent: 8)
    yaml.line("name: \(quoted(name))", indent: 10)
    for secret in manifests.secrets {
      yaml.line("- name: \(quoted("secret-" + secret))", indent: 6)
      yaml.line("secret:", indent: 8)
      yaml.line("secretName: \(quoted(secret))", indent: 10)
      yaml.field("defaultMode", "288", indent: 10, why: "0440: the group of the pod reads it.")
    }
  }

  private mutating func writeClaims() {
    yaml.comment("The log. It outlives the pod, and a pod of the same name finds it again.", indent: 2)
    yaml.line("volumeClaimTemplates:", indent: 2)
    yaml.line("- metadata:", indent: 2)
    yaml.line("name: log", indent: 6)
    yaml.line("spec:", indent: 4)
    yaml.line("accessModes:", indent: 6)
    yaml.line("- ReadWriteOnce", indent: 6)
    if let storageClass = manifests.storageClass { yaml.line("storageClassName: \(quoted(storageClass))", indent: 6) }
    yaml.line("resources:", indent: 6)
    yaml.line("requests:", indent: 8)
    let bound = footprint.logBoundBytes(of: outage)
    let claim = bound + AgentFootprint.segmentBytes + 256 * 1_048_576
    let outageWords = DurationText.format(outage) + (manifests.outage == nil ? " (--outage names another)" : "")
    yaml.field(
      "storage", "\(Int((claim / 1_073_741_824).rounded(.up)))Gi", indent: 10,
      why: "An outage of \(outageWords): \(footprint.logArithmetic(of: outage)), at least 256MB; one segment more, and "
        + "256MB for what was refused and for ledgers.")
  }
}
