/// A system call that failed.
public struct DiskFailure: Error, Equatable, Sendable {
  /// The name of the call, for example `pwrite`.
  public let call: String
  /// The value of `errno`.
  public let number: Int32
  /// The words of the operating system.
  public let reason: String
  public let kind: Kind

  /// What the log has to know about it.
  public enum Kind: Sendable {
    /// No room on the file system, or none left in the quota.
    case diskFull
    /// The medium itself could not be read or written.
    case mediumError
    /// There is a file of that name already.
    case nameTaken
    /// There is no file of that name.
    case nameUnknown
    case other
  }

  public init(call: String, number: Int32, reason: String, kind: Kind = .other) {
    self.call = call
    self.number = number
    self.reason = reason
    self.kind = kind
  }
}

/// How a file is opened. None of them empties a file that has something in it.
public enum FileOpening: Sendable {
  /// For reading only; it must exist.
  case existing
  /// For reading and writing; made when missing.
  case existingOrNew
  /// For reading and writing; it must not exist yet.
  case new
}

/// The few file operations that a log needs. The real one is `SystemDisk`; tests put a failing one in its place.
public protocol LogDisk: Sendable {
  /// Number of this process, for the lock file.
  var processIdentifier: Int32 { get }
  /// Makes the directory and those above it; it is no error if it exists.
  func makeDirectory(_ path: String) throws(DiskFailure)
  /// The names in a directory, in no particular order, without `.` and `..`.
  func names(in directory: String) throws(DiskFailure) -> [String]
  func open(_ path: String, _ opening: FileOpening) throws(DiskFailure) -> any LogFile
  func rename(_ source: String, to target: String) throws(DiskFailure)
  func remove(_ path: String) throws(DiskFailure)
  /// Makes the names in a directory outlive a power cut.
  func synchronizeDirectory(_ path: String) throws(DiskFailure)
}

/// An open file. It is closed when the last reference goes.
public protocol LogFile: AnyObject, Sendable {
  /// Reads into `range` of `buffer` from `offset` on.
  /// - Returns: the count of bytes read, which may be less than asked for; 0 at the end of the file.
  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int
  /// Writes `range` of `bytes` at `offset`.
  /// - Returns: the count of bytes written, at least one, which may be less than asked for.
  func write(_ bytes: [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int
  func truncate(to bytes: UInt64) throws(DiskFailure)
  /// Returns when what has been written would outlive a power cut.
  func synchronize() throws(DiskFailure)
  /// Size, and milliseconds since the Unix epoch at the last write.
  func attributes() throws(DiskFailure) -> (bytes: UInt64, modifiedMs: Int64)
  /// Takes the exclusive lock of the file until it is closed.
  /// - Returns: false if another opening of the file holds it.
  func lock() throws(DiskFailure) -> Bool
}

extension LogFile {
  /// Writes all of `bytes`, in one call unless the system takes less.
  func writeAll(_ bytes: [UInt8], at offset: UInt64) throws(DiskFailure) {
    var done = 0
    while done < bytes.count {
      done += try write(bytes, done..<bytes.count, at: offset + UInt64(done))
    }
  }

  /// Reads until `range` is full or the file ends.
  /// - Returns: the count of bytes read.
  func readAll(into buffer: inout [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    var done = 0
    while done < range.count {
      let count = try read(into: &buffer, range.lowerBound + done..<range.upperBound, at: offset + UInt64(done))
      if count == 0 { break }
      done += count
    }
    return done
  }
}
