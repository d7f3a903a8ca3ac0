public import MetricModel

/// Where the name and the labels of a series lie in its text, of a series whose text says them as they are.
public struct PlainSeries: Sendable {
  /// How many series were read on the page up to this one, others included.
  public let number: Int
  /// Of the metric.
  public let name: Range<Int>
  private let room: [LabelPlace]
  /// How many labels there are.
  public let count: Int
  /// Whether the series read before has the same name, and labels of the same names in the same places.
  public let continues: Bool
  /// One bit for each label: 0 if the series read before has the same one, value and all, in its place.
  public let changed: UInt64

  init(number: Int, name: Range<Int>, room: [LabelPlace], count: Int, continues: Bool, changed: UInt64) {
    self.number = number
    self.name = name
    self.room = room
    self.count = count
    self.continues = continues
    self.changed = changed
  }

  /// The places of the labels, in the order in which they were written, and behind the first ``count`` of them others.
  public var labels: [LabelPlace] { room }
}
