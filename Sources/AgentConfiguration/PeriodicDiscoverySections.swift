import Settings

extension DiscoverySections {
  /// `http_sd_configs`.
  func httpDiscoveries(in section: SectionReader) -> [HTTPDiscoverySettings] {
    entries("http_sd_configs", in: section).map { entry in
      let url = entry.text("url")
      var discovery = HTTPDiscoverySettings(url: url?.value ?? "")
      discovery.http = HTTPClientSettings(entry, context)
      readInterval(entry, into: &discovery.refreshInterval)
      entry.finish()
      checkURL(url, in: entry)
      return discovery
    }
  }

  private func checkURL(_ url: Located<String>?, in entry: SectionReader) {
    guard let url, !url.value.isEmpty else {
      return entry.error(
        .missing, at: entry.has("url") ? entry.valuePlace(of: "url") : entry.place, "URL is missing", fix: "add url")
    }
    switch URLText.parse(url.value) {
    case .failure(let problem): entry.error(.invalidValue, at: url.place, problem.message)
    case .success(let parts) where !["http", "https"].contains(parts.scheme):
      entry.error(.invalidValue, at: url.place, "URL scheme must be 'http' or 'https'")
    case .success(let parts) where parts.host.isEmpty:
      entry.error(.invalidValue, at: url.place, "host is missing in URL")
    case .success: break
    }
  }

  /// `dns_sd_configs`.
  func dnsDiscoveries(in section: SectionReader) -> [DNSDiscoverySettings] {
    entries("dns_sd_configs", in: section).map { entry in
      let names = entry.texts("names") ?? []
      var discovery = DNSDiscoverySettings(names: names.map(\.value))
      let type = entry.text("type")
      let port = entry.integer("port")
      readInterval(entry, into: &discovery.refreshInterval)
      entry.finish()
      if names.isEmpty {
        entry.error(
          .missing, at: entry.has("names") ? entry.valuePlace(of: "names") : entry.place,
          "DNS-SD config must contain at least one SRV record name", fix: "add names: [_service._tcp.example.com]")
      }
      discovery.port = port?.value ?? 0
      guard let word = type?.value else { return discovery }
      guard let known = DNSRecordType(rawValue: word.uppercased()) else {
        entry.error(
          .invalidValue, at: type?.place ?? entry.place, "invalid DNS-SD records type \(word)",
          fix: "one of \(DNSRecordType.allCases.map(\.rawValue).joined(separator: ", "))")
        return discovery
      }
      discovery.type = known
      if known != .srv && discovery.port == 0 {
        entry.error(
          .missing, at: type?.place ?? entry.place,
          "a port is required in DNS-SD configs for all record types except SRV", fix: "add port")
      }
      return discovery
    }
  }

  /// An interval of 0 counts as none.
  private func readInterval(_ entry: SectionReader, into interval: inout Duration) {
    if let found = entry.duration("refresh_interval"), found.value != .zero { interval = found.value }
  }
}
