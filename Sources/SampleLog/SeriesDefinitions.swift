import ByteCoding
public import MetricModel

/// The series that a record defines, as places in the bytes of the record.
///
/// A segment defines all its series again, and nearly all of them are known: whoever reads it compares each text of the
/// record once, not each label of each series.
public struct SeriesDefinitions: Sendable {
  public struct Definition: Sendable {
    /// What the samples of the segment call the series.
    public let number: UInt32
    public let type: MetricMetadata.MetricType
    /// Indices in ``SeriesDefinitions/strings``.
    public let help: UInt32
    public let unit: UInt32
    /// Where the labels lie in ``SeriesDefinitions/labelStrings``.
    public let labels: Range<Int>

    /// Whether the metadata is that of another series of the same record.
    public func hasFamily(of other: Definition) -> Bool {
      type == other.type && help == other.help && unit == other.unit
    }
  }

  /// Where each text lies in the bytes that were decoded.
  public private(set) var strings: [Range<Int>] = []
  /// Indices in ``strings``: name, value, name, value…
  public private(set) var labelStrings: [UInt32] = []
  public private(set) var all: [Definition] = []

  init() {}

  public var isEmpty: Bool { all.isEmpty && strings.isEmpty }

  /// What defines more labels than this is a first scrape or the beginning of a segment, and the next is long in coming.
  private static let keptLabelsMax = 4096

  /// Forgets the series; their memory is kept for some new ones of a page.
  mutating func removeAll() {
    if labelStrings.capacity > Self.keptLabelsMax {
      self = SeriesDefinitions()
    } else {
      strings.removeAll(keepingCapacity: true)
      labelStrings.removeAll(keepingCapacity: true)
      all.removeAll(keepingCapacity: true)
    }
  }

  func forEach(in bytes: [UInt8], _ body: (UInt32, LabelSet, MetricMetadata) -> Void) {
    for definition in all {
      body(definition.number, labels(of: definition, in: bytes), metadata(of: definition, in: bytes))
    }
  }

  /// The labels of one of the series; `bytes` are those that were decoded.
  public func labels(of definition: Definition, in bytes: [UInt8]) -> LabelSet {
    var labels = LabelSet()
    for index in stride(from: definition.labels.lowerBound, to: definition.labels.upperBound, by: 2) {
      labels.set(bytes[strings[Int(labelStrings[index])]], bytes[strings[Int(labelStrings[index + 1])]])
    }
    return labels
  }

  /// The metadata of one of the series; `bytes` are those that were decoded.
  public func metadata(of definition: Definition, in bytes: [UInt8]) -> MetricMetadata {
    MetricMetadata(
      type: definition.type, help: String(decoding: bytes[strings[Int(definition.help)]], as: UTF8.self),
      unit: String(decoding: bytes[strings[Int(definition.unit)]], as: UTF8.self))
  }

  /// Adds what a section defines.
  ///
  /// - Returns: false where the section does not hold what it should; what came before that is added.
  mutating func read(_ reader: inout ByteReader) -> Bool {
    guard let stringCount = reader.count(max: reader.remaining) else { return false }
    let firstString = strings.count
    strings.reserveCapacity(firstString + stringCount)
    for _ in 0..<stringCount {
      guard let length = reader.count(max: reader.remaining), let text = reader.range(length) else { return false }
      strings.append(text)
    }
    func string(_ reader: inout ByteReader) -> UInt32? {
      // A text takes at least one byte of a record, which has less than 2^32.
      reader.count(max: stringCount - 1).map { UInt32(firstString + $0) }
    }
    guard let seriesCount = reader.count(max: reader.remaining) else { return false }
    for _ in 0..<seriesCount {
      guard let number = reader.count(max: DecodedRecord.seriesNumberMax),
        let type = reader.byte().flatMap(MetricMetadata.MetricType.init(rawValue:)), let help = string(&reader),
        let unit = string(&reader), let labelCount = reader.count(max: reader.remaining)
      else { return false }
      let firstLabel = labelStrings.count
      guard labelCount <= reader.remaining / 2 else { return false }
      labelStrings.append(addingCapacity: 2 * labelCount) { labels in
        // In a variable of its own its position stays in a register.
        var numbers = reader
        while labels.count < 2 * labelCount, let text = string(&numbers) { labels.append(text) }
        reader = numbers
      }
      guard labelStrings.count - firstLabel == 2 * labelCount else { return false }
      all.append(
        Definition(
          number: UInt32(number), type: type, help: help, unit: unit, labels: firstLabel..<labelStrings.count))
    }
    return reader.isAtEnd
  }
}
