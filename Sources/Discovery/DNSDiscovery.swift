public import Settings
import MetricModel

/// `dns_sd_configs`: the records of names become targets.
///
///     let ask = DNSDiscovery.asker(settings, lookup: SystemResolver())
///     let source = PeriodicDiscovery(parts: settings.names, interval: settings.refreshInterval, ask: ask, report: …)
public enum DNSDiscovery {
  /// What `PeriodicDiscovery` asks for each name.
  public static func asker(
    _ settings: DNSDiscoverySettings, lookup: any DNSLookup, noteLookup: @escaping @Sendable (_ failed: Bool) -> Void
  ) -> PeriodicDiscovery.Ask {
    { name in
      let answer = await lookup.records(of: name, type: settings.type)
      if case .failure = answer { noteLookup(true) } else { noteLookup(false) }
      return answer.map { Self.groups(from: $0, name: name, port: settings.port) }
    }
  }

  /// One group for all addresses, one for each record with labels of its own, in the order of the records.
  static func groups(from records: [DNSRecord], name: String, port: Int) -> [TargetGroup] {
    var addresses: [String] = []
    var groups: [TargetGroup] = []
    for record in records {
      switch record {
      case .address(let text): addresses.append(hostPort(text, port))
      case .service(let target, let port):
        // A target of "." says that there is no such service (RFC 2782).
        if target == "." { continue }
        let labels = ["__meta_dns_srv_record_target": target, "__meta_dns_srv_record_port": "\(port)"]
        groups.append(group(target, Int(port), name: name, labels))
      case .mailExchange(let target):
        // Likewise for mail (RFC 7505).
        if target == "." { continue }
        groups.append(group(target, port, name: name, ["__meta_dns_mx_record_target": target]))
      case .nameServer(let target):
        groups.append(group(target, port, name: name, ["__meta_dns_ns_record_target": target]))
      }
    }
    if addresses.isEmpty { return groups }
    return [TargetGroup(addresses: addresses, labels: LabelSet([nameLabel: name]))] + groups
  }

  private static let nameLabel = "__meta_dns_name"

  /// The address is written without the final dot, the label with it: so it is in the reference.
  private static func group(_ target: String, _ port: Int, name: String, _ labels: [String: String]) -> TargetGroup {
    let host = target.reversed().drop { $0 == "." }.reversed()
    return TargetGroup(
      addresses: [hostPort(String(host), port)], labels: LabelSet(labels.merging([nameLabel: name]) { $1 }))
  }

  private static func hostPort(_ host: String, _ port: Int) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
