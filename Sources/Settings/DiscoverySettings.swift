public import MetricModel

/// Targets that share labels, from `static_configs` or a discovery source.
public struct TargetGroup: Hashable, Sendable {
  /// What goes into `__address__`: `host:port`.
  public var addresses: [String]
  public var labels: LabelSet
  public init(addresses: [String], labels: LabelSet) {
    self.addresses = addresses
    self.labels = labels
  }
}

/// One entry of `file_sd_configs`.
public struct FileDiscoverySettings: Hashable, Sendable {
  /// Absolute paths; the last element may hold one `*`. Each ends in .json, .yml or .yaml.
  public var patterns: [String]
  /// How often the files are read again even when nothing seems to have changed.
  public var refreshInterval: Duration = .seconds(300)
  public init(patterns: [String]) { self.patterns = patterns }
}

/// One entry of `http_sd_configs`.
public struct HTTPDiscoverySettings: Hashable, Sendable {
  /// Absolute, `http` or `https`. May hold user info, so it is not to be shown as it is.
  public var url: String
  /// How often the server is asked; an answer has as long as that.
  public var refreshInterval: Duration = .seconds(60)
  public var http = HTTPClientSettings()
  public init(url: String) { self.url = url }
}

/// One entry of `dns_sd_configs`.
public struct DNSDiscoverySettings: Hashable, Sendable {
  public var names: [String]
  public var type: DNSRecordType = .srv
  /// For every type but SRV, whose records have ports of their own.
  public var port: Int = 0
  public var refreshInterval: Duration = .seconds(30)
  public init(names: [String]) { self.names = names }
}

/// A type of DNS record that can be asked for; the raw value is the word in the configuration file.
public enum DNSRecordType: String, Sendable, CaseIterable {
  case srv = "SRV"
  case a = "A"
  case aaaa = "AAAA"
  case mx = "MX"
  case ns = "NS"
}

/// One entry of any of the lists that say where targets are.
public enum DiscoverySettings: Hashable, Sendable {
  case list([TargetGroup])
  case files(FileDiscoverySettings)
  case http(HTTPDiscoverySettings)
  case dns(DNSDiscoverySettings)
}

extension ScrapeSettings {
  /// All that say where the job's targets are, lists first.
  public var discoveries: [DiscoverySettings] {
    (staticTargets.isEmpty ? [] : [.list(staticTargets)]) + fileDiscoveries.map { .files($0) }
      + httpDiscoveries.map { .http($0) } + dnsDiscoveries.map { .dns($0) }
  }
}
