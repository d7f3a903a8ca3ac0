import Foundation

/// A token as it goes into `Authorization`.
struct AccessToken: Hashable, Sendable, CustomStringConvertible {
  /// `Bearer`, unless the endpoint said otherwise.
  var type: String
  var token: String

  var headerValue: String { "\(type) \(token)" }
  var description: String { "<token>" }
}

/// What a token endpoint answered (RFC 6749, sections 5.1 and 5.2).
enum TokenAnswer: Equatable {
  case token(Expiring<AccessToken>)
  /// `error` and `error_description`; both may be empty.
  case refused(code: String, description: String)
  /// An answer of success that brings no token; the text says what is wrong with it.
  case unusable(String)

  /// The most that an answer may have.
  static let bytesMax = 1 << 20

  /// - Parameter now: seconds since 1970, from which `expires_in` counts.
  init(_ response: HTTPResponse, now: Int64) {
    let type = response.header("Content-Type")?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    let isForm = type == "application/x-www-form-urlencoded" || type == "text/plain"
    guard let fields = isForm ? Fields(form: response.body) : Fields(json: response.body) else {
      self =
        (200...299).contains(response.status)
        ? .unusable("it can be read neither as JSON nor as a form") : .refused(code: "", description: "")
      return
    }
    // Some endpoints say 200 and mean no.
    guard (200...299).contains(response.status), fields.error.isEmpty else {
      self = .refused(code: fields.error, description: fields.errorDescription)
      return
    }
    guard !fields.token.isEmpty else {
      self = .unusable("there is no access_token in it")
      return
    }
    let word = fields.typeWord
    guard fields.token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else {
      self = .unusable("its token has characters that no header may have")
      return
    }
    self = .token(
      Expiring(value: AccessToken(type: word, token: fields.token), expiry: fields.lifetime.map { now &+ $0 }))
  }

  private struct Fields: Decodable {
    var token = ""
    var type = ""
    /// Seconds; nil where the token does not expire.
    var lifetime: Int64?
    var error = ""
    var errorDescription = ""

    private enum Key: String, CodingKey {
      case token = "access_token"
      case type = "token_type"
      case lifetime = "expires_in"
      case error
      case errorDescription = "error_description"
    }

    init?(json bytes: [UInt8]) {
      guard let fields = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
      self = fields
    }

    init?(form bytes: [UInt8]) {
      guard let parameters = FormEncoding.parameters(in: String(decoding: bytes, as: UTF8.self)) else { return nil }
      token = parameters["access_token"] ?? ""
      type = parameters["token_type"] ?? ""
      lifetime = parameters["expires_in"].flatMap { Int64($0) }.flatMap(Self.bounded)
      error = parameters["error"] ?? ""
      errorDescription = parameters["error_description"] ?? ""
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      token = try values.decodeIfPresent(String.self, forKey: .token) ?? ""
      type = try values.decodeIfPresent(String.self, forKey: .type) ?? ""
      error = (try? values.decodeIfPresent(String.self, forKey: .error)) ?? ""
      errorDescription = (try? values.decodeIfPresent(String.self, forKey: .errorDescription)) ?? ""
      lifetime = Self.lifetime(in: values)
    }

    /// Most endpoints send a number, some the same as a string.
    private static func lifetime(in values: KeyedDecodingContainer<Key>) -> Int64? {
      if let number = try? values.decode(Int64.self, forKey: .lifetime) { return bounded(number) }
      if let number = try? values.decode(Double.self, forKey: .lifetime) {
        return bounded(Int64(exactly: number.rounded(.down)) ?? (number > 0 ? .max : 0))
      }
      return (try? values.decode(String.self, forKey: .lifetime)).flatMap { Int64($0) }.flatMap(bounded)
    }

    /// Zero means that nothing is known of an end; a token for longer than 68 years is as good as that.
    private static func bounded(_ seconds: Int64) -> Int64? {
      seconds == 0 ? nil : min(max(seconds, -1), Int64(Int32.max))
    }

    /// Known words in the letters that servers expect, as Go's oauth2 writes them.
    var typeWord: String {
      switch type.lowercased() {
      case "", "bearer": "Bearer"
      case "mac": "MAC"
      case "basic": "Basic"
      default: type
      }
    }
  }
}
