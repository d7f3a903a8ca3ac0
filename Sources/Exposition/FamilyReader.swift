import ByteCoding

/// The state of a walk over a page in protobuf: where it is, and the metric it has come to. The page itself is the
/// caller's, so that a span of it can be read while the state changes.
struct FamilyReader: Sendable {
  private(set) var isFirstOfFamily = false
  private(set) var header = FamilyHeader()
  private(set) var metric = FamilyMetric()
  /// The hash of the family's identity and the metric's labels.
  private(set) var metricHash: UInt64 = 0
  /// The bytes that the metric's labels take.
  private(set) var labelByteCount = 0
  private var page: ProtobufFields
  private var family = ProtobufFields(0..<0)
  private var awaitsFirst = false

  init(_ range: Range<Int>) { page = ProtobufFields(range) }

  /// Goes to the next metric; false at the page's end.
  mutating func next(in body: [UInt8], by hash: Hash64) throws(ExpositionError) -> Bool {
    let bytes = body.span
    while true {
      while let tag = try family.next(bytes) {
        guard tag.field == 4 else {
          try family.skip(tag, bytes)
          continue
        }
        let range = try family.range(tag, bytes)
        isFirstOfFamily = awaitsFirst
        if awaitsFirst { try checkHeader(body, hash) }
        awaitsFirst = false
        try metric.read(range, of: header.type, bytes)
        hashMetric(bytes, hash)
        return true
      }
      if page.isAtEnd { return false }
      let range = try page.range(bytes)
      try readHeader(range, bytes)
      family = ProtobufFields(range)
      awaitsFirst = true
    }
  }

  // MARK: - Parts

  /// Reads what the family says of itself; its metrics are only stepped over.
  private mutating func readHeader(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) {
    header = FamilyHeader()
    var fields = ProtobufFields(range)
    var type: UInt64 = 0
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: header.name = try fields.range(tag, bytes)
      case 2: header.help = try fields.range(tag, bytes)
      case 3: type = try fields.varint(tag, bytes)
      case 5: header.unit = try fields.range(tag, bytes)
      default: try fields.skip(tag, bytes)
      }
    }
    guard let known = UInt8(exactly: type).flatMap(MetricFamilyType.init(rawValue:)) else {
      throw ExpositionError(at: range.lowerBound, message: "a family of the unknown type \(type)")
    }
    header.type = known
  }

  /// Checks a family that has metrics: one without is passed over, whatever it says.
  private mutating func checkHeader(_ body: [UInt8], _ hash: Hash64) throws(ExpositionError) {
    let bytes = body.span
    guard !header.name.isEmpty, bytes.isUTF8(header.name) else {
      throw ExpositionError(at: header.name.lowerBound, message: "a family whose name is empty or not UTF-8")
    }
    guard bytes.isUTF8(header.help), bytes.isUTF8(header.unit) else {
      throw ExpositionError(at: header.help.lowerBound, message: "a help text or unit that is not UTF-8")
    }
    if !header.unit.isEmpty && !nameEndsWithUnit(body) {
      throw ExpositionError(
        at: header.unit.lowerBound,
        message: "the unit \(String(decoding: body[header.unit], as: UTF8.self)) is not the last word of "
          + String(decoding: body[header.name], as: UTF8.self))
    }
    header.identity = Self.mix(hash(body, header.name), UInt64(header.type.rawValue))
    header.hash = Self.mix(Self.mix(header.identity, hash(body, header.help)), hash(body, header.unit))
  }

  /// Whether the unit is the name's last word, before `_total` if it is a counter.
  private func nameEndsWithUnit(_ body: [UInt8]) -> Bool {
    var name = body[header.name]
    if header.type == .counter && name.suffix(6).elementsEqual("_total".utf8) { name = name.dropLast(6) }
    let unit = body[header.unit]
    return name.count > unit.count && name.suffix(unit.count).elementsEqual(unit)
      && name.dropLast(unit.count).last == Byte.underscore
  }

  private mutating func hashMetric(_ bytes: Span<UInt8>, _ hash: Hash64) {
    labelByteCount = 0
    metricHash = header.identity
    var index = 0
    // Neighbours are hashed as one, with the tags between them: usually all labels at once.
    while index < metric.labels.count {
      let start = metric.labels[index].lowerBound
      var end = metric.labels[index].upperBound
      let first = end - start
      index += 1
      while index < metric.labels.count, metric.labels[index].lowerBound - end <= Self.labelTagMax {
        end = metric.labels[index].upperBound
        index += 1
      }
      labelByteCount += end - start
      // The first one's length says where the others begin, so that no other cut of the same bytes is the same series.
      metricHash = Self.mix(metricHash, hash(bytes.extracting(start..<end)) &+ UInt64(first))
    }
  }

  /// A tag and a length below 128.
  private static let labelTagMax = 2

  /// Random, so that no page can hold a word that cancels another.
  private static let salt = UInt64.random(in: .min ... .max)

  @inline(__always)
  static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    // Addition wraps by intent: it only spreads bits.
    let product = (left ^ salt).multipliedFullWidth(by: (right &+ 0x9e37_79b9_7f4a_7c15) ^ salt.byteSwapped)
    return product.high ^ product.low &+ left
  }
}
