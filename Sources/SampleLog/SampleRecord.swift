/// The layout of a record of samples; drawn in `docs/formats/samples.md`.
///
/// A record is a run of sections, each `tag (1 byte) · length (4 bytes) · content`. A reader steps over sections whose
/// tag it does not know, so a later version may add one.
enum Section: UInt8 {
  /// Series that the segment has not mentioned before: strings, then labels and metadata by string number.
  case definitions = 1
  /// The float samples in three columns: series, timestamps, values.
  case samples = 2
  /// Exemplars, each with the index of its sample.
  case exemplars = 3
  /// Native histograms, each with its series.
  case histograms = 4
  /// Since when the float samples have been counting, in runs.
  case startTimestamps = 5
  /// Exemplars of histograms, each with the index of its histogram.
  case histogramExemplars = 6
}

/// The kind of record in the log's record header.
public enum RecordKind {
  public static let samples: UInt8 = 1
}

/// How the timestamps of the samples section are written.
enum TimestampColumn: UInt8 {
  /// All samples have the one timestamp that follows.
  case shared = 0
  /// One signed difference to the timestamp before for each sample.
  case each = 1
}

/// A record that passed its checksum and still does not hold what it should: written by another version, or by a bug.
public struct SampleRecordError: Error, Hashable, CustomStringConvertible {
  /// The section at fault, as a word.
  public var section: String
  /// Where in the record, in bytes from its start.
  public var offset: Int
  public var description: String { "the \(section) section does not end where it should (byte \(offset))" }
}
