import MetricModel
import Settings

/// Reads `static_configs` and the `*_sd_configs` that are built, and checks the others.
struct DiscoverySections {
  let context: ReadingContext

  /// - Parameter addressesAreFinal: no rule will rewrite them, so that they have to be right as they are.
  func staticTargets(in section: SectionReader, addressesAreFinal: Bool) -> [TargetGroup] {
    section.sections("static_configs", emptyMessage: "empty or null section in static_configs").map { group in
      TargetGroup(group, addressesAreFinal: addressesAreFinal)
    }
  }

  func fileDiscoveries(in section: SectionReader) -> [FileDiscoverySettings] {
    entries("file_sd_configs", in: section).map { entry in
      let files = entry.texts("files") ?? []
      let isWrongKind = entry.field("files").map { !$0.value.isNull && entry.list("files") == nil } ?? false
      if files.isEmpty && !isWrongKind {
        entry.error(
          .missing, at: entry.has("files") ? entry.valuePlace(of: "files") : entry.place,
          "file service discovery config must contain at least one path name", fix: "add files: [targets/*.json]")
      }
      for file in files where !Self.isTargetFile(file.value) {
        entry.error(
          .invalidValue, at: file.place, "path name \"\(file.value)\" is not valid for file discovery",
          fix: "names end in .json, .yml or .yaml, and * may stand in the last element only")
      }
      var discovery = FileDiscoverySettings(patterns: files.map { context.absolute($0.value) })
      if let interval = entry.duration("refresh_interval"), interval.value != .zero {
        discovery.refreshInterval = interval.value
      }
      entry.finish()
      return discovery
    }
  }

  /// Checks the mechanisms that are not built, as far as their rules are known here, and reports them.
  func checkOthers(in section: SectionReader) {
    for mechanism in Self.mechanisms {
      let key = mechanism + "_sd_configs"
      let entries = entries(key, in: section)
      for entry in entries { OtherDiscovery(context: context).check(entry, mechanism: mechanism) }
      if !entries.isEmpty {
        section.findings.notBuilt(
          key, at: section.place(of: key),
          fix: "have a small server answer with the targets, for http_sd_configs, or write them into a file, for "
            + "file_sd_configs")
      }
    }
  }

  /// Ends as the reference wants it, with `*` in the last element only.
  static func isTargetFile(_ pattern: String) -> Bool {
    ["json", "yml", "yaml", "JSON", "YML", "YAML"].contains { pattern.hasSuffix("." + $0) }
      && hasWildcardInLastElementOnly(pattern)
  }

  static func hasWildcardInLastElementOnly(_ pattern: String) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return true }
    return !pattern[star...].contains("/")
  }

  private static let mechanisms = [
    "aws", "azure", "consul", "digitalocean", "docker", "dockerswarm", "ec2", "ecs", "elasticache", "eureka",
    "gce", "hetzner", "ionos", "kubernetes", "kuma", "lightsail", "linode", "marathon", "msk", "nerve", "nomad",
    "oci", "openstack", "outscale", "ovhcloud", "puppetdb", "rds", "scaleway", "serverset", "stackit", "triton",
    "uyuni", "vultr",
  ]

  func entries(_ key: String, in section: SectionReader) -> [SectionReader] {
    section.sections(key, emptyMessage: "empty or null section in \(key)")
  }
}

extension TargetGroup {
  /// Reads a mapping with `targets` and `labels`.
  init(_ section: SectionReader, addressesAreFinal: Bool) {
    let targets = section.texts("targets") ?? []
    if addressesAreFinal {
      for target in targets where target.value.contains("/") {
        section.error(
          .invalidValue, at: target.place, "\"\(URLText.withoutUserInfo(target.value))\" is not a valid hostname",
          fix: "write host:port; the path goes into metrics_path, http or https into scheme")
      }
    }
    var labels = LabelSet()
    for (name, value) in section.textMap("labels") ?? [] {
      if name.value.isEmpty {
        section.error(.invalidValue, at: name.place, "\"\" is not a valid label name")
      } else {
        labels.set(name.value, value.value)
      }
    }
    section.finish()
    self.init(addresses: targets.map(\.value), labels: labels)
  }
}
