import Settings

/// Shows a configuration without its secrets.
///
///     SecretRedactor.rendering("remote_write: [{url: http://u:p@h/, basic_auth: {password: x}}]")
///     // remote_write:
///     // - url: "http://<secret>@h/"
///     //   basic_auth:
///     //     password: <secret>
public enum SecretRedactor {
  /// The YAML of `text` in block style, comments gone, aliases written out, every secret replaced by `<secret>`; nil
  /// when `text` is not YAML, since then nobody knows which part of it is a secret.
  ///
  /// A secret is the value of a key that holds one (`password`, `credentials`, `bearer_token`, `client_secret`, …), of
  /// a header or parameter whose name speaks of one, also in the query of a URL, and the user info of a URL.
  public static func rendering(_ text: String) -> String? {
    let findings = FindingCollector(path: "")
    let node = YAMLParsing.document(in: text, findings: findings)
    guard findings.errors.isEmpty else { return nil }
    guard let node else { return "" }
    var output = ""
    write(node, under: [], indent: 0, isInline: false, to: &output)
    return output.hasPrefix("\n") ? String(output.dropFirst()) : output
  }

  static let mark = "<secret>"

  static let secretKeys: Set<String> = [
    "password", "credentials", "bearer_token", "client_secret", "secret_key", "client_certificate_key",
    "certificate_password", "secrets", "secret_id", "service_account_key", "token", "auth_token", "api_key",
    "application_credential_secret", "secret", "account_key", "consumer_key", "application_secret", "access_key_secret",
    "private_key", "private_key_passphrase", "passphrase", "shared_access_key",
  ]

  static func holdsSecret(_ keys: [String]) -> Bool {
    guard let key = keys.last else { return false }
    if secretKeys.contains(key) { return true }
    let parent = keys.dropLast().last ?? ""
    if key == "key" && parent == "tls_config" { return true }
    if parent == "proxy_connect_header" { return true }
    guard ["headers", "params", "endpoint_params", "claims", "http_headers"].contains(parent) else { return false }
    return QueryParameter.speaksOfSecret(key)
  }

  private static func write(
    _ node: YAMLNode, under keys: [String], indent: Int, isInline: Bool, to output: inout String
  ) {
    let margin = String(repeating: " ", count: indent)
    switch node.content {
    case .scalar where holdsSecret(keys) && !node.isNull: output += " \(mark)\n"
    case .sequence(let elements) where holdsSecret(keys):
      output += elements.isEmpty ? " []\n" : "\n" + elements.map { _ in "\(margin)- \(mark)\n" }.joined()
    case .mapping where holdsSecret(keys) && keys.last != "http_headers":
      output += " \(mark)\n"
    case .scalar(let scalar): output += " \(rendered(scalar))\n"
    case .sequence(let elements):
      guard !elements.isEmpty else {
        output += " []\n"
        return
      }
      if !isInline { output += "\n" }
      for (index, element) in elements.enumerated() {
        output += (isInline && index == 0 ? " " : margin) + "-"
        write(element, under: keys, indent: indent + 2, isInline: true, to: &output)
      }
    case .mapping(let fields):
      guard !fields.isEmpty else {
        output += " {}\n"
        return
      }
      if !isInline { output += "\n" }
      for (index, field) in fields.enumerated() {
        let key = field.key.scalar ?? YAMLScalar(text: field.key.kind, isPlain: false)
        output += (isInline && index == 0 ? " " : margin) + rendered(key) + ":"
        let isList = if case .sequence = field.value.content { true } else { false }
        write(field.value, under: keys + [key.text], indent: isList ? indent : indent + 2, isInline: false, to: &output)
      }
    }
  }

  private static func rendered(_ scalar: YAMLScalar) -> String {
    var text = URLText.withoutUserInfo(scalar.text)
    if text.contains("://") { text = QueryParameter.maskingSecrets(inURL: text) }
    if scalar.isPlain && isSafe(text) { return text }
    // What is a string stays one: "true" between quotation marks must not become a boolean.
    if isSafe(text) && YAMLScalar(text: text, isPlain: true).resolved == .string { return text }
    if scalar.isPlain && scalar.text.isEmpty { return "null" }
    return quoted(text)
  }

  private static func isSafe(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    let isStart = isAlphanumeric(first) || first == 0x5f || first == 0x2f || first == 0x2e || first == 0x2b
    return isStart && text.utf8.allSatisfy { isAlphanumeric($0) || "_./+-".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _
      where scalar.value < 0x20 || (0x7f...0xa0).contains(scalar.value) || scalar.value == 0xfeff
        || (0x2028...0x2029).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
