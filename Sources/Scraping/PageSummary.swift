/// What reading one page found; everything is counted in samples.
package struct PageSummary: Equatable, Sendable {
  /// Samples on the page, up to the place where it failed if it did.
  package var scraped = 0
  /// Samples left after `metric_relabel_configs`.
  package var afterRelabeling = 0
  /// Series that no page before had, as far back as the log took them without a gap.
  var seriesAdded = 0
  var duplicates = 0
  var outOfOrder = 0
  var outOfBounds = 0

  package init() {}
}
