import AgentConfiguration

/// A variable that nobody fills in
///
/// Prometheus, and Godwit with it, expands `${…}` in `external_labels` and nowhere else. Elsewhere the text is taken as
/// it stands: `${TOKEN}` is the token then, and the endpoint answers 401. This is right only where another program
/// writes the file before it is read.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: godwit
///           password: ${REMOTE_PASSWORD}
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: godwit
///           password_file: /etc/godwit/password
struct VariableInEndpoint: ReviewRule {
  let facts = RuleFacts("GW235", .warning, why: "The text is sent as it stands, and the endpoint does not know it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // vmagent fills in %{…} anywhere.
    file.endpoints.flatMap { endpoint in
      endpoint.filledValues.compactMap { value in
        guard let variable = ValueShape.variable(in: value.text),
          !(context.program?.name == .vmagent && variable.hasPrefix("%{"))
        else { return nil }
        return Advice(
          value.place, "\(value.title) of \(endpoint.title) has a variable in it, and it is not filled in here",
          evidence: "it says \(variable); only external_labels are expanded",
          fix: value.fileKey.map { "write the value into a file and name it in \($0)" }
            ?? "write the value itself, or fill it in before the file is read", confidence: 0.8)
      }
    }
  }
}

/// A value of an endpoint that whoever copied it had to fill in.
struct FilledValue {
  var title: String
  var text: String
  var place: Place
  /// Where the same can be given by a file.
  var fileKey: String?
}

extension ReviewedFile.Endpoint {
  /// URL, credentials, headers and paths of files.
  var filledValues: [FilledValue] {
    let keys: [(section: String, key: String, hasFile: Bool)] = [
      ("", "url", false), ("", "bearer_token", true), ("", "bearer_token_file", false), ("", "proxy_url", false),
      ("basic_auth", "username", true), ("basic_auth", "password", true), ("basic_auth", "password_file", false),
      ("authorization", "credentials", true), ("authorization", "credentials_file", false),
      ("oauth2", "client_id", false), ("oauth2", "client_secret", true), ("oauth2", "client_secret_file", false),
      ("oauth2", "token_url", false), ("sigv4", "region", false), ("sigv4", "access_key", false),
      ("sigv4", "secret_key", false), ("sigv4", "role_arn", false),
    ]
    let values = keys.compactMap { place -> FilledValue? in
      let owner = place.section.isEmpty ? section : section.section(place.section)
      return owner?.text(place.key).map {
        FilledValue(
          title: place.section.isEmpty ? place.key : "\(place.section).\(place.key)", text: $0.value, place: $0.place,
          fileKey: place.hasFile ? place.key + "_file" : nil)
      }
    }
    let headers = (section.section("headers")?.fields ?? []).compactMap { field -> FilledValue? in
      guard let name = field.key.scalar?.text, let text = field.value.scalar?.text else { return nil }
      return FilledValue(
        title: "header \(name)", text: text, place: field.valuePlace, fileKey: "http_headers.\(name).files")
    }
    return values + headers
  }
}
