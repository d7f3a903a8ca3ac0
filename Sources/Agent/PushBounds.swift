/// What pushes may ask of the agent.
struct PushBounds: Hashable, Sendable {
  /// Series that were pushed within ``keepMs``; a request that brings more of them is put off with 429.
  var seriesMax = 1_000_000
  /// Bytes that the labels and metadata of those series may take, each series by itself. Texts that series share lie
  /// in memory once, so this is more than what they do take; it bounds what a sender with endless labels can have.
  var seriesBytesMax = 1 << 30
  /// How long a series is held after it was pushed last. Longer than senders pause between samples of one series.
  var keepMs: Int64 = 10 * 60 * 1000
  /// Bytes of bodies, compressed and decompressed, that are held at once.
  var bodyBytesMax = 64 << 20
  /// What a record of the log is filled to, about. Far below what a record may be, so that no request is too large.
  var recordBytesMax = 4 << 20
  /// Metric families that senders describe; what is said of further ones is not kept.
  var familiesMax = 20_000
  /// Bytes of their names, help texts and units.
  var familyBytesMax = 8 << 20

  /// When a sender may come again that was put off.
  var retryAfterSeconds: Int64 = 5
}
