import Crypto
import CryptoExtras
import Foundation
import Settings

/// A statement about who we are, signed with our key: a JSON Web Token (RFC 7519, RFC 7523).
enum SignedAssertion {
  /// Seconds for which the endpoint may accept it.
  static let lifetime: Int64 = 600

  /// The claims, in the order of their names.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - id: makes this statement another than the last one.
  static func claims(_ settings: OAuth2Settings, _ assertion: AssertionSettings, now: Int64, id: String) -> ClaimValue {
    var claims: [String: ClaimValue] = [
      "iss": .text(assertion.issuer ?? settings.clientID),
      "sub": .text(settings.clientID),
      "aud": .text(assertion.audience ?? settings.tokenURL),
      "jti": .text(id),
      "iat": .integer(now),
      "exp": .integer(now &+ lifetime),
    ]
    if !settings.scopes.isEmpty { claims["scope"] = .text(settings.scopes.joined(separator: " ")) }
    return .object(claims.merging(assertion.claims) { $1 })
  }

  /// `header.claims.signature`.
  ///
  /// - Parameters:
  ///   - key: an RSA key in PEM, of 2048 bits at least.
  ///   - place: where the key is from, for errors.
  static func text(
    claims: ClaimValue, _ assertion: AssertionSettings, key: String, place: String
  ) throws(TransportError) -> String {
    var header: [String: ClaimValue] = ["alg": .text(assertion.algorithm.rawValue), "typ": .text("JWT")]
    if let id = assertion.keyID { header["kid"] = .text(id) }
    let signed = base64URL(JSONText.of(.object(header)).utf8) + "." + base64URL(JSONText.of(claims).utf8)
    do {
      let key = try _RSA.Signing.PrivateKey(pemRepresentation: key)
      return signed + "." + base64URL(try signature(of: Data(signed.utf8), key, assertion.algorithm))
    } catch {
      // What the library has to say is left out: nothing that comes from a key is ever printed.
      throw TransportError(
        .credentials, at: place, "the client's key cannot sign: it is no RSA key in PEM of 2048 bits or more",
        remedy:
          "It must begin with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY----- and not be encrypted.")
    }
  }

  private static func signature(
    of data: Data, _ key: _RSA.Signing.PrivateKey, _ algorithm: AssertionSettings.Algorithm
  ) throws -> Data {
    switch algorithm {
    case .rs256: try key.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
    case .rs384: try key.signature(for: SHA384.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
    case .rs512: try key.signature(for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
    }
  }

  private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    String(
      Data(bytes).base64EncodedString().compactMap {
        switch $0 {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: $0
        }
      })
  }
}

/// Writes JSON on one line, the names of an object in order.
enum JSONText {
  static func of(_ value: ClaimValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .integer(let integer): String(integer)
    case .number(let number): number.isFinite ? "\(number)" : "null"
    case .text(let text): quoted(text)
    case .list(let values): "[" + values.map(of).joined(separator: ",") + "]"
    case .object(let fields):
      "{" + fields.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + of($0.value) }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
