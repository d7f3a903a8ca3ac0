/// Why the body of a request could not be read. Nothing of such a request is used; the answer is status 400.
public struct DecodingError: Error, Sendable, CustomStringConvertible {
  /// The raw value is stable: it may be logged, counted and documented.
  public enum Code: String, Sendable, CaseIterable {
    case truncated = "truncated"
    case varintOverflow = "varint_overflow"
    case invalidTag = "invalid_tag"
    case wrongWireType = "wrong_wire_type"
    case invalidUTF8 = "invalid_utf8"
    case oddLabelReferences = "odd_label_references"
    case symbolOutOfRange = "symbol_out_of_range"
    case firstSymbolNotEmpty = "first_symbol_not_empty"
    case tooManySeries = "too_many_series"
    case tooManyElements = "too_many_elements"
    case tooLarge = "too_large"
  }

  public let code: Code
  /// Where in the uncompressed body, in bytes.
  public let offset: Int
  /// The message or field, and what is wrong with it.
  public let message: String

  init(_ code: Code, at offset: Int, _ message: String) {
    self.code = code
    self.offset = offset
    self.message = message
  }

  public var description: String { "\(message) (\(code.rawValue) at byte \(offset))" }
}

extension DecodingError: Equatable {
  public static func == (left: DecodingError, right: DecodingError) -> Bool { left.code == right.code }
}

/// What one request may hold. A request beyond a limit is refused as a whole, before memory is taken for the rest:
/// two bytes on the wire can stand for a hundred in memory.
public struct DecodingLimits: Hashable, Sendable {
  /// `TimeSeries` messages.
  public var series = 500_000
  /// Labels, samples, exemplars, histograms, their buckets, symbols and metadata entries together.
  public var elements = 4_000_000

  public init() {}
}
