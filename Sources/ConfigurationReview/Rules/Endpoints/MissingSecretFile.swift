import AgentConfiguration

/// A file with a secret is not there
///
/// Every request fails until the file is there. Where its folder is missing too, the configuration is most likely
/// reviewed on another machine than it is for, and nothing is said.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         authorization:
///           credentials_file: missing-token
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         authorization:
///           credentials_file: token
struct MissingSecretFile: ReviewRule {
  let facts = RuleFacts("GW209", .warning, why: "No request is sent while the credentials cannot be read.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.absentFiles(of: [.secret], context).map { owner, absent, path in
      Advice(
        absent.place, "the file of \(absent.title) is not there", evidence: "there is no \(path)",
        fix: "create it with mode 600, or correct the path; it starts at the folder of the configuration",
        confidence: 0.8)
    }
  }
}

extension ReviewedFile {
  /// Files of endpoints that are not on this machine, though the folder that they belong into is.
  func absentFiles(
    of roles: Set<EndpointFile.Role>, _ context: ReviewContext
  ) -> [(owner: Endpoint, file: EndpointFile, path: String)] {
    guard namesLocalFiles else { return [] }
    return endpoints.flatMap { endpoint in
      endpoint.files.filter { roles.contains($0.role) }.compactMap { needed in
        let path = absolute(needed.path)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? directory
        guard context.disk.fact(ofPath: path) == nil, context.disk.fact(ofPath: folder) != nil else { return nil }
        return (endpoint, needed, path)
      }
    }
  }
}
