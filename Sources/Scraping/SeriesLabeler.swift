package import MetricModel
package import Relabeling
package import Settings

/// What becomes of the labels of a scraped line: target labels, clashes, `metric_relabel_configs`, limits.
package struct SeriesLabeler {
  enum Verdict: Equatable {
    case keep
    case drop
    /// The scrape fails as a whole, and why.
    case fail(ScrapeFailure)
  }

  let targetLabels: LabelSet
  let honorLabels: Bool
  let limits: ScrapeLimits
  let program: RelabelProgram
  /// Whether a series with a name that is not legacy makes the scrape fail.
  let takesLegacyNamesOnly: Bool

  package init(
    targetLabels: LabelSet, honorLabels: Bool, limits: ScrapeLimits, program: RelabelProgram,
    takesLegacyNamesOnly: Bool = false
  ) {
    self.targetLabels = targetLabels.compacted
    self.honorLabels = honorLabels
    self.limits = limits
    self.program = program
    self.takesLegacyNamesOnly = takesLegacyNamesOnly
  }

  /// Whether the verdict on a series, and which labels it has, follows from the names of its labels and of its metric,
  /// where it has no label without a value.
  var looksAtNamesAlone: Bool { program.isEmpty && limits.labelValueBytes == 0 }

  /// Turns the labels as exposed into the labels as stored.
  ///
  /// - Parameter emptied: names that the line gives an empty value. With `honor_labels` the target's label of that
  ///   name is left out then: this is how a Pushgateway says that its groups have no `instance`.
  func apply(to labels: inout LabelSet, emptied: [ArraySlice<UInt8>] = []) -> Verdict {
    mergeTargetLabels(into: &labels, emptied)
    if !program.isEmpty && !program.apply(to: &labels) { return .drop }
    if labels.isEmpty { return .drop }
    if labels.index(ofName: Self.metricName) == nil {
      return .fail(
        ScrapeFailure(.labels, "a series is left without a metric name by metric_relabel_configs: \(labels)"))
    }
    if takesLegacyNamesOnly && !hasLegacyNames(labels) {
      return .fail(
        ScrapeFailure(
          .labels, "metric_name_validation_scheme: legacy: a metric or label name is not allowed: \(labels)"))
    }
    return limitBroken(by: labels).map { .fail(ScrapeFailure(.labelLimit, $0)) } ?? .keep
  }

  private static let metricName = Array("__name__".utf8)
  private static let exportedPrefix = Array("exported_".utf8)

  private func mergeTargetLabels(into labels: inout LabelSet, _ emptied: [ArraySlice<UInt8>]) {
    let left = honorLabels ? emptied.filter { labels.index(of: $0) == nil } : []
    let clashes = labels.addMissing(of: targetLabels)
    if !honorLabels && !clashes.isEmpty { moveExposed(clashes.reversed(), in: &labels) }
    for name in left { if let index = labels.index(of: name) { labels.remove(at: index) } }
  }

  /// Gives the labels that the line has and the target too the target's values, and those of the line other names.
  @inline(never)
  private func moveExposed(_ positions: [Int], in labels: inout LabelSet) {
    var clashes: [(name: [UInt8], exposed: [UInt8])] = []
    for position in positions {
      let name = targetLabels.name(at: position)
      guard let index = labels.index(of: name) else { continue }
      clashes.append((Array(name), Array(labels.value(at: index))))
      labels.set(name, targetLabels.value(at: position))
    }
    // All target labels are there now. Short names move first, as in Prometheus: which of `a` and `exported_a` gets
    // the shorter new name must not depend on who collects them.
    clashes.sort { $0.name.count < $1.name.count }
    for clash in clashes {
      var moved = Self.exportedPrefix + clash.name
      while labels.index(of: moved[...]) != nil { moved = Self.exportedPrefix + moved }
      labels.set(moved[...], clash.exposed[...])
    }
  }

  private func hasLegacyNames(_ labels: LabelSet) -> Bool {
    (0..<labels.count).allSatisfy { position in
      let name = labels.name(at: position)
      return NameKind.label.allows(name)
        && (!name.elementsEqual(Self.metricName) || NameKind.metric.allows(labels.value(at: position)))
    }
  }

  private func limitBroken(by labels: LabelSet) -> String? {
    if limits.labels > 0 && labels.count > limits.labels {
      return "label_limit: a series has \(labels.count) labels, \(limits.labels) are allowed: \(labels)"
    }
    guard limits.labelNameBytes > 0 || limits.labelValueBytes > 0 else { return nil }
    for position in 0..<labels.count {
      let (name, value) = (labels.name(at: position), labels.value(at: position))
      if limits.labelNameBytes > 0 && name.count > limits.labelNameBytes {
        return "label_name_length_limit: a name of \(name.count) bytes, \(limits.labelNameBytes) are allowed: \(labels)"
      }
      if limits.labelValueBytes > 0 && value.count > limits.labelValueBytes {
        return "label_value_length_limit: the value of \(String(decoding: name, as: UTF8.self)) has \(value.count) "
          + "bytes, \(limits.labelValueBytes) are allowed"
      }
    }
    return nil
  }
}
