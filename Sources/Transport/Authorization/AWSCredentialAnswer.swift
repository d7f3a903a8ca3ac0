import Foundation

/// Credentials as those write them who give them out.
enum AWSCredentialAnswer {
  /// The most that an answer may have.
  static let bytesMax = 256 << 10

  /// From the agent of a container or the metadata service of a machine; nil for anything that is no credentials.
  static func json(_ bytes: [UInt8]) -> Expiring<AWSCredentials>? {
    struct Fields: Decodable {
      var AccessKeyId: String
      var SecretAccessKey: String
      var Token: String?
      var Expiration: String?
    }
    guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(bytes)) else { return nil }
    return credentials(fields.AccessKeyId, fields.SecretAccessKey, fields.Token, fields.Expiration)
  }

  /// From the security token service.
  static func xml(_ bytes: [UInt8]) -> Expiring<AWSCredentials>? {
    let texts = XMLTexts(bytes, of: ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"])
    return credentials(
      texts["AccessKeyId"] ?? "", texts["SecretAccessKey"] ?? "", texts["SessionToken"], texts["Expiration"])
  }

  /// `Code: Message` of an error from the security token service; empty where it says nothing.
  static func complaint(_ bytes: [UInt8]) -> String {
    let texts = XMLTexts(bytes, of: ["Code", "Message"])
    return [texts["Code"], texts["Message"]].compactMap { $0 }.joined(separator: ": ")
  }

  private static func credentials(
    _ access: String, _ secret: String, _ token: String?, _ expiration: String?
  ) -> Expiring<AWSCredentials>? {
    let token = token.flatMap { $0.isEmpty ? nil : $0 }
    let isSendable: (String) -> Bool = { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
    guard !access.isEmpty, !secret.isEmpty, isSendable(access), isSendable(token ?? "") else { return nil }
    let expiry = expiration.flatMap(AWSTime.seconds)
    // An end that cannot be read is not taken for no end.
    guard expiration == nil || expiry != nil else { return nil }
    return Expiring(value: AWSCredentials(accessKey: access, secretKey: secret, sessionToken: token), expiry: expiry)
  }
}

/// The texts of a few elements of an XML document, wherever they stand: the first of each name.
///
/// - Complexity: O(bytes). Neither entities nor nesting make it more.
struct XMLTexts {
  private var byName: [String: String] = [:]

  subscript(name: String) -> String? { byName[name] }

  init(_ bytes: [UInt8], of names: Set<String>) {
    var rest = bytes[...]
    while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
      rest = rest[(open + 1)...]
      guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { return }
      let tag = rest[..<close]
      rest = rest[(close + 1)...]
      // A name ends where attributes begin; `</…>`, `<?…>` and `<!…>` are no name that anybody asks for.
      let name = String(decoding: tag.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }, as: UTF8.self)
      guard names.contains(name), byName[name] == nil, tag.last != UInt8(ascii: "/") else { continue }
      byName[name] = Self.text(rest.prefix { $0 != UInt8(ascii: "<") })
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
