extension Duration {
  /// Whole milliseconds, rounded towards zero.
  public var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }

  /// Seconds, to the precision of a `Double`.
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
