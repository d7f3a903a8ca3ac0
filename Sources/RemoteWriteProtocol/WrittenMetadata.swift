import MetricModel

/// The metadata of the series before as it was written in this request, for the next one mostly has the same.
struct WrittenMetadata: Sendable {
  private var symbols = MetadataSymbols(type: .unknown, help: 0, unit: 0)
  /// The field, 16 bytes at most.
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  /// What says nothing is not written at all.
  private var count = 0

  /// Whether this is what was written for `symbols`.
  @inline(__always)
  func isOf(_ symbols: MetadataSymbols) -> Bool {
    symbols.help == self.symbols.help && symbols.unit == self.symbols.unit && symbols.type == self.symbols.type
  }

  @inline(__always)
  func write(to writer: inout WireWriter) {
    writer.lowBytes(of: low, high, count: count)
  }

  /// Becomes the field for `symbols`, whose help and unit have these varints in the request.
  mutating func become(_ symbols: MetadataSymbols, help: UInt64, unit: UInt64) {
    self = WrittenMetadata()
    self.symbols = symbols
    if symbols.type == .unknown && symbols.help == 0 && symbols.unit == 0 { return }
    var length = 2
    if symbols.help != 0 { length += 1 + RequestSymbols.varintWidth(help) }
    if symbols.unit != 0 { length += 1 + RequestSymbols.varintWidth(unit) }
    // Tag and length of the metadata, then its type.
    append(0x08_002a | UInt64(length) << 8 | UInt64(symbols.type.rawValue) << 24, 4)
    if symbols.help != 0 { append(0x18 | help << 8, 1 + RequestSymbols.varintWidth(help)) }
    if symbols.unit != 0 { append(0x20 | unit << 8, 1 + RequestSymbols.varintWidth(unit)) }
  }

  private mutating func append(_ bytes: UInt64, _ width: Int) {
    let clean = bytes & (1 << UInt64(8 * width) - 1)
    if count < 8 {
      low |= clean << UInt64(8 * count)
      high |= count == 0 ? 0 : clean >> UInt64(64 - 8 * count)
    } else {
      high |= clean << UInt64(8 * (count - 8))
    }
    count += width
  }
}
