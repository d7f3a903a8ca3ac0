/// One maker per thing that can fail, so that the same failure always reads the same.
extension LogError {
  static func directoryInUse(_ path: String, holder: String?) -> LogError {
    LogError(
      .directoryInUse, "The log is in use by \(holder.map { "process \($0)" } ?? "another process").", path: path,
      remedy: "Stop that process, or give this one a storage path of its own.")
  }

  static func opening(_ path: String, _ cause: DiskFailure) -> LogError {
    if cause.kind == .diskFull { return full(path, nil, cause) }
    return LogError(
      .fileNotOpened, "The file or directory could not be opened or made.", path: path, cause: cause,
      remedy: "Check that the storage path exists and that this user may read and write it.")
  }

  static func listing(_ path: String, _ cause: DiskFailure) -> LogError {
    LogError(
      .directoryNotListed, "The directory could not be listed.", path: path, cause: cause,
      remedy: "Check that this user may read the storage path.")
  }

  static func reading(_ path: String, at position: LogPosition? = nil, _ cause: DiskFailure) -> LogError {
    LogError(
      .readFailed, "The file could not be read.", path: path, position: position, cause: cause,
      remedy: "Check the disk; reading continues from the same place when it answers again.")
  }

  static func writing(_ path: String, at position: LogPosition? = nil, _ cause: DiskFailure) -> LogError {
    if cause.kind == .diskFull { return full(path, position, cause) }
    return LogError(
      .writeFailed, "The file could not be written; nothing of the write is kept.", path: path, position: position,
      cause: cause, remedy: "Check the disk; the next write is tried in a new segment.")
  }

  private static func full(_ path: String, _ position: LogPosition?, _ cause: DiskFailure) -> LogError {
    LogError(
      .diskFull, "There is no room to write; nothing of the write is kept.", path: path, position: position,
      cause: cause, remedy: "Free space or lower the cap of the log; writing resumes by itself.")
  }

  static func syncing(_ path: String, _ cause: DiskFailure) -> LogError {
    LogError(
      .syncFailed, "The disk did not confirm what was written.", path: path, cause: cause,
      remedy: "Check the disk; what follows goes to a new segment.")
  }

  static func moving(_ path: String, _ cause: DiskFailure) -> LogError {
    LogError(
      .fileNotMoved, "A file that is no segment could not be moved to damaged/.", path: path, cause: cause,
      remedy: "Move it out of the storage path by hand.")
  }

  static func removing(_ path: String, _ cause: DiskFailure) -> LogError {
    LogError(
      .fileNotRemoved, "The file could not be removed.", path: path, cause: cause,
      remedy: "Check that this user may write the storage path; removal is tried again.")
  }

  static func recordTooLarge(_ path: String, what: String, count: Int, max: Int) -> LogError {
    LogError(
      .recordTooLarge, "A record of \(count) \(what) is more than the \(max) allowed.", path: path,
      remedy: "Append it as several smaller records.")
  }

  static func formatUnknown(_ path: String, version: UInt32) -> LogError {
    LogError(
      .formatUnknown, "The file has format version \(version); this program knows \(SegmentHeader.version).",
      path: path, remedy: "Run the version that wrote it, or a newer one.")
  }

  static func ledgerDamaged(_ path: String) -> LogError {
    LogError(
      .ledgerDamaged, "Neither copy of the ledger can be read.", path: path,
      remedy: "Move the file away; the endpoint then begins at the end of the log, without what waits for it now.")
  }

  static func documentTooLarge(_ path: String, count: Int, max: Int) -> LogError {
    LogError(
      .documentTooLarge, "A ledger of \(count) bytes is more than the \(max) allowed.", path: path,
      remedy: "Keep fewer positions in it.")
  }

  static func nameUnusable(_ name: String, path: String) -> LogError {
    LogError(
      .nameUnusable, "An endpoint's name is empty or longer than a file name can be.", path: path,
      remedy: "Give it a name of 1 to \(EndpointName.fileNameBytesMax / 3) characters.")
  }

  static func closed(_ path: String) -> LogError {
    LogError(.logClosed, "The log has been closed.", path: path, remedy: "Open it again to append.")
  }
}
