import Foundation
import Settings

/// The value of `Authorization` for one request.
enum CredentialHeader {
  /// Reads secret files anew each time, so that a rotated secret is taken up with the next request.
  static func value(
    for credentials: HTTPClientSettings.Credentials, userInfo: RequestAddress.UserInfo?
  ) throws(TransportError) -> String? {
    switch credentials {
    case .none:
      return userInfo.map { basic(user: $0.user, password: $0.password) }
    case .basic(let username, let password):
      return basic(
        user: try text(of: username, purpose: "the user name"),
        password: try text(of: password, purpose: "the password"))
    case .authorization(let type, let credentials):
      let token = try text(of: credentials, purpose: "the credentials")
      return token.isEmpty ? type : "\(type) \(token)"
    }
  }

  private static func basic(user: String, password: String) -> String {
    "Basic " + base64("\(user):\(password)")
  }

  static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  private static func text(of secret: Secret?, purpose: String) throws(TransportError) -> String {
    switch secret {
    case nil: return ""
    case .inline(let text): return text
    case .file(let path):
      let bytes = try SmallFile.read(path, purpose: purpose)
      // Editors and `echo` end a file with a newline that belongs to nobody's password.
      let trimmed = bytes.trimmingWhitespace()
      // A control byte would end the header line early; it is refused here, where the file can be named.
      guard trimmed.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
        throw TransportError(
          .credentials, at: path, "\(purpose) holds a line break or another control character",
          remedy: "The file must hold the secret alone, on one line.")
      }
      return String(decoding: trimmed, as: UTF8.self)
    }
  }
}

extension [UInt8] {
  fileprivate func trimmingWhitespace() -> ArraySlice<UInt8> {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
    var slice = self[...]
    while let last = slice.last, isSpace(last) { slice.removeLast() }
    while let first = slice.first, isSpace(first) { slice.removeFirst() }
    return slice
  }
}
