import MetricModel

extension HistogramFlaw {
  /// The breach of the specification that a request with such a histogram is.
  var code: SpecificationBreach.Code {
    switch kind {
    case .schema: .histogramSchema
    case .spanOffset: .histogramSpanOffset
    case .spanLength: .histogramSpanLength
    case .negativeBucket: .histogramNegativeBucket
    case .count: .histogramCount
    case .customValues: .histogramCustomValues
    }
  }
}
