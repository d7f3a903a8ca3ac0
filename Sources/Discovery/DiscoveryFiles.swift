import Glibc

/// What tells without reading that a file has changed.
public struct FileStamp: Hashable, Sendable {
  public var modifiedSeconds: Int
  public var modifiedNanoseconds: Int
  public var byteCount: Int
  public var inode: UInt

  public init(modifiedSeconds: Int, modifiedNanoseconds: Int = 0, byteCount: Int, inode: UInt = 0) {
    self.modifiedSeconds = modifiedSeconds
    self.modifiedNanoseconds = modifiedNanoseconds
    self.byteCount = byteCount
    self.inode = inode
  }
}

/// Why a file of targets could not be used.
public struct DiscoveryFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}

/// The part of the file system that file discovery looks at; the tests have one of their own.
public protocol DiscoveryFiles: Sendable {
  /// The paths of the regular files that match any of `patterns`, with their stamps. A directory that does not exist
  /// holds no files.
  func list(_ patterns: [String]) -> [String: FileStamp]
  func read(_ path: String, bytesMax: Int) -> Result<[UInt8], DiscoveryFileError>
}

/// The file system of this machine.
public struct LocalFiles: DiscoveryFiles {
  public init() {}

  public func list(_ patterns: [String]) -> [String: FileStamp] {
    var result: [String: FileStamp] = [:]
    for pattern in patterns.map(FilePattern.init) {
      let names = pattern.isPlain ? [pattern.name] : names(in: pattern.directory).filter(pattern.matches)
      for name in names {
        let path = pattern.directory + name
        if let stamp = stamp(of: path) { result[path] = stamp }
      }
    }
    return result
  }

  public func read(_ path: String, bytesMax: Int) -> Result<[UInt8], DiscoveryFileError> {
    // Not blocking: a pipe put in the file's place must not hold up discovery.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(.init(String(cString: strerror(errno)))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return .failure(.init(String(cString: strerror(errno)))) }
      if count == 0 { return .success(bytes) }
      if bytes.count + count > bytesMax { return .failure(.init("the file is longer than \(bytesMax) bytes")) }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  private func names(in directory: String) -> [String] {
    guard let stream = opendir(directory.isEmpty ? "." : directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // `d_name` ends with a zero byte within its array (readdir(3)).
      names.append(
        withUnsafePointer(to: entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
        })
    }
    return names
  }

  private func stamp(of path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return FileStamp(
      modifiedSeconds: status.st_mtim.tv_sec, modifiedNanoseconds: status.st_mtim.tv_nsec,
      byteCount: Int(status.st_size), inode: UInt(status.st_ino))
  }
}
