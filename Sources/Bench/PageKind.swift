/// What a target's page holds. Agents differ by what they read: a histogram has short lines and small whole numbers, a
/// container long labels that a dozen lines share.
public enum PageKind: String, CaseIterable, Sendable {
  /// The mix of a site: 38 % series of classic histograms, 44 % counters for each CPU, 11 % of containers, ten to each,
  /// and gauges.
  case usual
  /// The same shares, but each of the containers has one series: its long labels are on no other line.
  case loneContainers = "lone-containers"
  /// Classic histograms alone.
  case histograms
  /// Counters for each CPU and mode alone: short lines, numbers with decimals.
  case processors
  /// Containers alone, ten series each with the same labels, as cAdvisor serves them family by family.
  case containers
}
