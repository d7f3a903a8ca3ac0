import Glibc

/// The file system of this machine.
public struct SystemDisk: LogDisk {
  public init() {}

  public var processIdentifier: Int32 { getpid() }

  /// Milliseconds since the Unix epoch.
  public static func nowMs() -> Int64 {
    var now = timespec()
    // Cannot fail: the clock exists on every Linux and `now` is a valid place to write to.
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }

  public func makeDirectory(_ path: String) throws(DiskFailure) {
    if Glibc.mkdir(path, 0o750) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw .last("mkdir") }
    try makeDirectory(String(path[..<slash]))
    if Glibc.mkdir(path, 0o750) != 0 && errno != EEXIST { throw .last("mkdir") }
  }

  public func names(in directory: String) throws(DiskFailure) -> [String] {
    guard let stream = opendir(directory) else { throw .last("opendir") }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      // `d_name` is a null-terminated string inside the entry, which lives until the next call of `readdir`.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw .last("readdir") }
    return names
  }

  public func open(_ path: String, _ opening: FileOpening) throws(DiskFailure) -> any LogFile {
    let flags: Int32 =
      switch opening {
      case .existing: O_RDONLY
      case .existingOrNew: O_RDWR | O_CREAT
      case .new: O_RDWR | O_CREAT | O_EXCL
      }
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o640)
    if descriptor < 0 { throw .last("open") }
    return SystemFile(descriptor: descriptor)
  }

  public func rename(_ source: String, to target: String) throws(DiskFailure) {
    if Glibc.rename(source, target) != 0 { throw .last("rename") }
  }

  public func remove(_ path: String) throws(DiskFailure) {
    if unlink(path) != 0 { throw .last("unlink") }
  }

  public func synchronizeDirectory(_ path: String) throws(DiskFailure) {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw .last("open") }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .last("fsync") }
  }
}

private final class SystemFile: LogFile {
  private let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  // An error of close(2) is of no use here: what must be on disk has been confirmed by fsync(2) before.
  deinit { close(descriptor) }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count, "\(range) of \(buffer.count) bytes")
    while true {
      // In bounds: checked above, and the pointer does not leave the closure.
      let count = buffer.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + range.lowerBound }, range.count, off_t(clamping: offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw .last("pread") }
    }
  }

  func write(_ bytes: [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(range) of \(bytes.count) bytes")
    while true {
      // In bounds: checked above, and the pointer does not leave the closure.
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + range.lowerBound }, range.count, off_t(clamping: offset))
      }
      if count > 0 || range.isEmpty { return count }
      // A file system that takes nothing and says nothing is full.
      if count == 0 { errno = ENOSPC }
      if errno != EINTR { throw .last("pwrite") }
    }
  }

  func truncate(to bytes: UInt64) throws(DiskFailure) {
    if ftruncate(descriptor, off_t(clamping: bytes)) != 0 { throw .last("ftruncate") }
  }

  func synchronize() throws(DiskFailure) {
    if fdatasync(descriptor) != 0 { throw .last("fdatasync") }
  }

  func attributes() throws(DiskFailure) -> (bytes: UInt64, modifiedMs: Int64) {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .last("fstat") }
    let modified = status.st_mtim
    return (UInt64(clamping: status.st_size), Int64(modified.tv_sec) * 1000 + Int64(modified.tv_nsec) / 1_000_000)
  }

  func lock() throws(DiskFailure) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw .last("flock")
  }
}

extension DiskFailure {
  /// What the system call that has just failed left in `errno`.
  fileprivate static func last(_ call: String) -> DiskFailure {
    let number = errno
    let kind: Kind =
      switch number {
      case ENOSPC, EDQUOT: .diskFull
      case EIO: .mediumError
      case EEXIST: .nameTaken
      case ENOENT: .nameUnknown
      default: .other
      }
    // Since glibc 2.32 `strerror` is safe to call from several threads; its result is copied at once.
    return DiskFailure(call: call, number: number, reason: String(cString: strerror(number)), kind: kind)
  }
}
