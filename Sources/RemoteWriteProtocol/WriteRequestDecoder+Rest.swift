extension DecodedWriteRequest {
  /// Reads those series of an uncompressed body that are not known already, as strictly as
  /// ``init(decoding:version:limits:)`` reads all of them.
  ///
  /// What is known counts against `limits` all the same, so a request that holds too much is refused either way.
  /// - Parameters:
  ///   - scan: of the same body.
  ///   - known: for each series of the scan whether it is left out.
  /// - Complexity: linear in the series that are read.
  public init(
    decoding body: [UInt8], restOf scan: MessageScan, known: (Int) -> Bool, limits: DecodingLimits = DecodingLimits()
  ) throws(DecodingError) {
    var decoder = RequestColumns(limits)
    decoder.symbols = scan.symbols(of: body)
    try decoder.budget.take(scan.symbolCount, at: body.count)
    let bytes = body.span
    for (index, one) in scan.series.enumerated() {
      if known(index) {
        try decoder.budget.take(Int(one.elementCount), at: Int(one.end))
        continue
      }
      let reader = ProtobufReader(Int(one.start)..<Int(one.end), "TimeSeries")
      switch scan.version {
      case .v1: try decoder.readSeriesV1(reader, bytes)
      case .v2: try decoder.readSeriesV2(reader, bytes)
      }
    }
    if scan.version == .v2 { try decoder.resolveAll(bytes) }
    self.init(version: scan.version, body: body)
    symbols = decoder.symbols
    series = try decoder.series(body)
  }
}
