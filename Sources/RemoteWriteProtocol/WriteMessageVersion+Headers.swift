/// A request whose body this program cannot read, by its headers: to be answered with status 415.
public enum UnsupportedMedia: Error, Hashable, Sendable, CustomStringConvertible {
  /// `Content-Encoding` is something other than `snappy`.
  case encoding(String)
  /// `Content-Type` is something other than `application/x-protobuf`.
  case type(String)
  /// The `proto` parameter of `Content-Type` names neither of the two messages.
  case message(String)

  public var description: String {
    switch self {
    case .encoding(let value): "Content-Encoding \"\(value)\" is not supported; it must be snappy"
    case .type(let value): "Content-Type \"\(value)\" is not supported; it must be application/x-protobuf"
    case .message(let value):
      "the message \"\(value)\" is not supported; it must be prometheus.WriteRequest or io.prometheus.write.v2.Request"
    }
  }
}

extension WriteMessageVersion {
  /// Which message a request carries, by its headers; the version header has no say in it.
  ///
  /// A missing `Content-Encoding` means snappy and a missing `Content-Type` version 1.0, as old senders leave them
  /// out. Space around parameters is allowed, as RFC 9110 has it: the reference implementation does not see a
  /// `; proto=` with a space and reads a 2.0 request as an empty 1.0 request.
  ///
  /// - Parameters:
  ///   - contentType: the header's value, or nil if there is none.
  ///   - contentEncoding: likewise.
  public init(contentType: String?, contentEncoding: String?) throws(UnsupportedMedia) {
    // Nearly every sender writes just this, and taking headers apart costs more than the rest of them.
    if contentEncoding == Self.contentEncoding,
      let usual = Self.allCases.first(where: { $0.contentType == contentType })
    {
      self = usual
      return
    }
    let encoding = (contentEncoding ?? "").trimmingSpace
    if !encoding.isEmpty && encoding.lowercased() != Self.contentEncoding { throw .encoding(encoding) }

    let parts = (contentType ?? "").split(separator: ";", omittingEmptySubsequences: false).map(\.trimmingSpace)
    let mediaType = parts.first ?? ""
    if mediaType.isEmpty && parts.count <= 1 {
      self = .v1
      return
    }
    if mediaType.lowercased() != "application/x-protobuf" { throw .type(contentType ?? "") }
    for parameter in parts.dropFirst() {
      guard let equals = parameter.firstIndex(of: "=") else { continue }
      if parameter[..<equals].trimmingSpace.lowercased() != "proto" { continue }
      var name = parameter[parameter.index(after: equals)...].trimmingSpace
      if name.count >= 2 && name.hasPrefix("\"") && name.hasSuffix("\"") { name = String(name.dropFirst().dropLast()) }
      guard let version = Self.allCases.first(where: { $0.messageName == name }) else { throw .message(name) }
      self = version
      return
    }
    self = .v1
  }
}

extension StringProtocol {
  /// Without the spaces and tabs at both ends.
  var trimmingSpace: String {
    var rest = Substring(self)
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
