import Settings

/// The text of a secret at the moment it is needed.
enum SecretText {
  /// Reads a file anew each time, so that a rotated secret is taken up with the next request. Empty for no secret.
  ///
  /// - Parameter purpose: what the secret is, for the error: "the password".
  static func line(of secret: Secret?, purpose: String) throws(TransportError) -> String {
    switch secret {
    case nil: return ""
    case .inline(let text): return text
    case .file(let path):
      let text = try trimmed(path, purpose: purpose)
      // A control byte would end the header line early; it is refused here, where the file can be named.
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
        throw TransportError(
          .credentials, at: path, "\(purpose) holds a line break or another control character",
          remedy: "The file must hold the secret alone, on one line.")
      }
      return text
    }
  }

  /// The same for a secret that has several lines by nature: a key in PEM.
  static func lines(of secret: Secret?, purpose: String) throws(TransportError) -> String {
    guard case .file(let path) = secret else { return try line(of: secret, purpose: purpose) }
    return try trimmed(path, purpose: purpose)
  }

  private static func trimmed(_ path: String, purpose: String) throws(TransportError) -> String {
    // Editors and `echo` end a file with a newline that belongs to nobody's password.
    String(decoding: try SmallFile.read(path, purpose: purpose).trimmingWhitespace(), as: UTF8.self)
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
