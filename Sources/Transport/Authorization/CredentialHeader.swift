import Foundation
import Settings

/// Values of `Authorization` that need no asking.
enum CredentialHeader {
  static func basic(user: String, password: String) -> String {
    "Basic " + base64("\(user):\(password)")
  }

  static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  static func basic(user: Secret?, password: Secret?) throws(TransportError) -> String {
    basic(
      user: try SecretText.line(of: user, purpose: "the user name"),
      password: try SecretText.line(of: password, purpose: "the password"))
  }

  static func typed(_ type: String, _ credentials: Secret?) throws(TransportError) -> String {
    let token = try SecretText.line(of: credentials, purpose: "the credentials")
    return token.isEmpty ? type : "\(type) \(token)"
  }
}
