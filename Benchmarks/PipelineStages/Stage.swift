/// A part of the way of a sample that can be measured alone.
///
///     var stage = try StageName.parser.stage(series: 10_000)
///     try stage.prepare()                 // what comes before, not measured
///     try stage.run()                     // one round, measured
public protocol Stage {
  /// What one round handles.
  var work: StageWork { get }
  /// Puts in place what the next round needs.
  mutating func prepare() throws
  /// One round: every series brings a sample, or is handled once.
  mutating func run() throws
}

extension Stage {
  public mutating func prepare() throws {}
}

/// How much a round handles.
public struct StageWork: Hashable, Sendable {
  /// Samples, or series where a stage is about those.
  public var samples: Int
  /// The bytes that are read, or written by a stage that reads none.
  public var bytes: Int

  public init(samples: Int, bytes: Int) {
    self.samples = samples
    self.bytes = bytes
  }
}
