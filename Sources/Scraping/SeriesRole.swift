import MetricModel

/// What a series is within its metric, by its name: a histogram's bucket, a counter's creation time and so on.
struct SeriesRole {
  enum Part: Equatable {
    case value
    /// With its upper bound.
    case bucket(Double)
    case count, sum, created
  }

  var part: Part
  /// What the series of one metric have in common: the family's name, and the labels but for `le` and `quantile`.
  var metric: LabelSet

  /// - Parameters:
  ///   - labels: as exposed, with `__name__`.
  ///   - family: what the last `TYPE` line was about.
  /// - Returns: nil if the series is not of that family, or the family's type has no parts.
  init?(_ labels: LabelSet, family: ArraySlice<UInt8>, _ type: MetricMetadata.MetricType) {
    guard let nameIndex = labels.index(of: Self.nameLabel), !family.isEmpty else { return nil }
    let name = labels.value(at: nameIndex)
    guard name.starts(with: family) else { return nil }
    let suffix = name.dropFirst(family.count)
    guard let part = Self.part(String(decoding: suffix, as: UTF8.self), type, labels) else { return nil }
    self.part = part
    metric = labels
    metric.set(Self.nameLabel, family)
    switch type {
    case .histogram: metric.remove("le")
    case .summary: metric.remove("quantile")
    default: break
    }
  }

  private static let nameLabel = ArraySlice("__name__".utf8)

  private static func part(_ suffix: String, _ type: MetricMetadata.MetricType, _ labels: LabelSet) -> Part? {
    switch (suffix, type) {
    case ("_created", .counter), ("_created", .histogram), ("_created", .summary): .created
    case ("_total", .counter), ("", .summary): .value
    case ("_count", .histogram), ("_count", .summary): .count
    case ("_sum", .histogram), ("_sum", .summary): .sum
    case ("_bucket", .histogram):
      labels["le"].flatMap(bound).map { .bucket($0) }
    default: nil
    }
  }

  private static func bound(_ text: String) -> Double? {
    guard let bound = Double(text == "+Inf" ? "inf" : text), !bound.isNaN else { return nil }
    return bound
  }
}
