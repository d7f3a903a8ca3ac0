public import RemoteWriteProtocol

/// What a request may ask for. All of it is checked before memory is taken for it.
public struct IntakeLimits: Hashable, Sendable {
  /// A request with another message is refused with 415.
  public var acceptedVersions: Set<WriteMessageVersion> = [.v1, .v2]
  /// The most that a body may hold, both as it arrives (more is refused with 413) and decompressed (400).
  public var bodyBytesMax = 32 << 20
  /// The most labels a series or an exemplar may have; what has more is refused.
  public var labelsPerSeriesMax = 128
  /// The most bytes that the labels of one series or of one exemplar may have; what has more is refused.
  public var labelBytesMax = 256 << 10
  /// The most bytes that the help text and the unit of one series may have; a series with more is refused.
  public var metadataBytesMax = 256 << 10
  /// The most bytes that the labels and exemplars of one series may have together; exemplars beyond it are refused.
  public var exemplarBytesPerSeriesMax = 1 << 20
  /// The most bytes that all labels, help texts and units of a request may have, each counted as often as it is referred to: a symbol of 2.0
  /// is sent once and can be meant a million times. A request with more is refused whole, with 413.
  public var labelBytesPerRequestMax = 256 << 20

  public init() {}
}
