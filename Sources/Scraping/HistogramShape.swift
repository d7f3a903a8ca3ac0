import Exposition
import Settings

/// As what one metric of a page in protobuf is taken.
struct HistogramShape {
  /// Whether it is taken as one histogram, and whether its classic side has to be converted for it; nil if it is not.
  var converts: Bool?
  /// Whether its float series are taken.
  var hasFloats: Bool
}

extension HistogramIngestion {
  /// What the job's switches make of a metric:
  ///
  /// | | native off | native on |
  /// |---|---|---|
  /// | classic | floats, or converted | the same |
  /// | native | as if classic | native |
  /// | both | as if classic | native |
  ///
  /// `always_scrape_classic_histograms` adds the floats where there are buckets.
  func shape(of parser: borrowing FamilyParser) -> HistogramShape {
    switch parser.familyType {
    case .counter, .gauge, .untyped, .summary: return HistogramShape(converts: nil, hasFloats: true)
    case .histogram, .gaugeHistogram: break
    }
    if scrapesNative && parser.isNative {
      return HistogramShape(converts: false, hasFloats: keepsClassic && parser.hasClassicBuckets)
    }
    // As in the reference, gauge histograms are not converted.
    if convertsClassic && parser.familyType == .histogram {
      return HistogramShape(converts: true, hasFloats: keepsClassic)
    }
    return HistogramShape(converts: nil, hasFloats: true)
  }
}
