import Relabeling
import Settings

/// Reads `remote_write`.
struct EndpointSection {
  let context: ReadingContext
  let rules: RelabelSection

  /// The endpoints in the order of the file, each with a name of its own.
  func endpoints(in root: SectionReader) -> [EndpointSettings] {
    let sections = root.sections("remote_write", emptyMessage: "empty or null remote write config section")
    var entries: [(endpoint: EndpointSettings, section: SectionReader)] = []
    var names = Set<String>()
    for section in sections {
      let endpoint = endpoint(in: section)
      if !endpoint.name.isEmpty && !names.insert(endpoint.name).inserted {
        section.error(
          .duplicateName, at: section.valuePlace(of: "name"),
          "found multiple remote write configs with job name \"\(endpoint.name)\"",
          fix: "give each endpoint its own name")
      }
      if let twin = entries.first(where: { $0.endpoint == endpoint }), !endpoint.url.isEmpty, endpoint.name.isEmpty {
        section.findings.cannotWork(
          at: section.place,
          "duplicate remote write configs are not allowed, found duplicate for URL: "
            + URLText.withoutUserInfo(endpoint.url),
          fix: "remove it; the same entry stands in line \(twin.section.place.line)")
      }
      entries.append((endpoint, section))
    }
    return EndpointNaming.named(entries.map(\.endpoint))
  }

  private func endpoint(in section: SectionReader) -> EndpointSettings {
    var endpoint = EndpointSettings(name: section.text("name")?.value ?? "", url: url(in: section))
    section.read("remote_timeout", into: &endpoint.timeout)
    endpoint.headers = RequestHeaders.write(section)
    endpoint.relabelRules = rules.rules(
      "write_relabel_configs", in: section,
      emptyMessage: "empty or null relabeling rule in remote write config")
    if let message = message(in: section) { endpoint.message = message }
    section.read("send_exemplars", into: &endpoint.sendExemplars)
    section.read("send_native_histograms", into: &endpoint.sendNativeHistograms)
    let roundRobin = section.bool("round_robin_dns")
    // Only adds debug lines to the reference's own log.
    _ = section.bool("failed_request_logging")
    endpoint.http = HTTPClientSettings(section, context, enableHTTP2: false)
    endpoint.http.resolvesRoundRobin = roundRobin?.value ?? false
    if let queue = section.section("queue_config") { endpoint.queue = QueueSettings(queue) }
    if let metadata = section.section("metadata_config") { endpoint.metadata = MetadataSettings(metadata) }
    if let credentials = CloudSections.credentials(section) { endpoint.http.credentials = credentials }
    section.finish()
    if endpoint.timeout == .zero {
      section.findings.cannotWork(
        at: section.valuePlace(of: "remote_timeout"), "no request can be answered in a remote_timeout of zero",
        fix: "leave remote_timeout out for 30s")
    }
    return endpoint
  }

  private func url(in section: SectionReader) -> String {
    guard let field = section.field("url"), !field.value.isNull else {
      section.error(
        .missing, at: section.has("url") ? section.place(of: "url") : section.place, "url for remote_write is empty",
        fix: "add url: https://…/api/v1/write")
      return ""
    }
    guard let url = section.text("url") else { return "" }
    switch URLText.parse(url.value) {
    case .failure(let problem): section.error(.invalidValue, at: url.place, problem.message)
    case .success(let parts) where !["http", "https"].contains(parts.scheme) || parts.host.isEmpty:
      section.findings.willFail(
        at: url.place, "the url of a remote_write endpoint needs http:// or https:// and a host",
        fix: "write it in full: https://host/api/v1/write")
    case .success: break
    }
    return url.value
  }

  private func message(in section: SectionReader) -> WriteMessage? {
    guard let text = section.text("protobuf_message") else { return nil }
    if let message = WriteMessage(rawValue: text.value) { return message }
    let supported = WriteMessage.allCases.map(\.rawValue).joined(separator: ", ")
    let wantsVersion2 = text.value.contains("2")
    section.error(
      .invalidValue, at: text.place,
      "invalid protobuf_message value: unknown type for remote write protobuf message \(text.value), "
        + "supported: \(supported)",
      fix: "write \((wantsVersion2 ? WriteMessage.version2 : .version1).rawValue)")
    return nil
  }
}

/// Names for endpoints that have none.
enum EndpointNaming {
  /// Gives each unnamed endpoint the first six hexadecimal digits of a hash of its URL.
  ///
  /// The name is what the log knows an endpoint by, so it depends on nothing but the URL: tuning a queue must not
  /// orphan a backlog. A name that is taken gets a number, counted in the order of the file.
  static func named(_ endpoints: [EndpointSettings]) -> [EndpointSettings] {
    var taken = Set(endpoints.map(\.name))
    return endpoints.map { endpoint in
      guard endpoint.name.isEmpty else { return endpoint }
      var endpoint = endpoint
      let base = sixDigits(of: endpoint.url)
      endpoint.name = base
      var number = 2
      while !taken.insert(endpoint.name).inserted {
        endpoint.name = "\(base)-\(number)"
        number += 1
      }
      return endpoint
    }
  }

  /// FNV-1a with 64 bits: the name is no secret and collisions get a number, so nothing stronger is needed.
  private static func sixDigits(of text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    // Wrapping is what the hash is defined by.
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash >> 40, radix: 16)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
