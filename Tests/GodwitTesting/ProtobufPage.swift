/// Writes messages of `io.prometheus.client`, as far as tests need them.
///
///     var page = ProtobufPage()
///     page.family("requests_total", type: 0) { family in
///       family.message(4) { $0.label("path", "/"); $0.message(3) { $0.double(1, 17) } }
///     }
///     send(page.bytes)
public struct ProtobufPage: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// A delimited `MetricFamily`; `fill` adds its metrics.
  ///
  /// - Parameter type: the number on the wire; nil leaves the field out.
  public mutating func family(
    _ name: String, type: Int?, help: String = "", unit: String = "", _ fill: (inout ProtobufMessage) -> Void
  ) {
    var message = ProtobufMessage()
    message.text(1, name)
    if !help.isEmpty { message.text(2, help) }
    if let type { message.integer(3, UInt64(type)) }
    fill(&message)
    if !unit.isEmpty { message.text(5, unit) }
    bytes += ProtobufMessage.varint(UInt64(message.bytes.count)) + message.bytes
  }
}

/// The fields of one message.
public struct ProtobufMessage: Sendable {
  public var bytes: [UInt8] = []

  public init() {}

  public static func varint(_ value: UInt64) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), value)
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  public mutating func integer(_ field: Int, _ value: UInt64) {
    bytes += Self.varint(UInt64(field) << 3) + Self.varint(value)
  }
  public mutating func signed(_ field: Int, _ value: Int64) {
    integer(field, UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }
  public mutating func double(_ field: Int, _ value: Double) {
    bytes += Self.varint(UInt64(field) << 3 | 1)
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * byte))) }
  }
  public mutating func raw(_ field: Int, _ content: [UInt8]) {
    bytes += Self.varint(UInt64(field) << 3 | 2) + Self.varint(UInt64(content.count)) + content
  }
  public mutating func text(_ field: Int, _ value: String) { raw(field, Array(value.utf8)) }
  public mutating func message(_ field: Int, _ fill: (inout ProtobufMessage) -> Void) {
    var inner = ProtobufMessage()
    fill(&inner)
    raw(field, inner.bytes)
  }
  /// A packed field of zigzag numbers.
  public mutating func packed(_ field: Int, _ values: [Int64]) {
    raw(field, values.flatMap { Self.varint(UInt64(bitPattern: ($0 << 1) ^ ($0 >> 63))) })
  }

  // MARK: - Parts of metrics

  public mutating func label(_ name: String, _ value: String) {
    message(1) {
      $0.text(1, name)
      $0.text(2, value)
    }
  }
  /// A `google.protobuf.Timestamp`.
  public mutating func timestamp(_ field: Int, ms: Int64) {
    message(field) {
      $0.integer(1, UInt64(bitPattern: ms / 1_000))
      $0.integer(2, UInt64(ms % 1_000 * 1_000_000))
    }
  }
  public mutating func exemplar(_ field: Int, trace: String, value: Double, ms: Int64?) {
    message(field) {
      $0.label("trace_id", trace)
      $0.double(2, value)
      if let ms { $0.timestamp(3, ms: ms) }
    }
  }
  public mutating func bucket(_ bound: Double, _ cumulative: UInt64) {
    message(3) {
      $0.integer(1, cumulative)
      $0.double(2, bound)
    }
  }
  public mutating func span(_ field: Int, offset: Int64, length: UInt64) {
    message(field) {
      $0.signed(1, offset)
      $0.integer(2, length)
    }
  }
}
