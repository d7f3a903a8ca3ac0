import Glibc

/// A file that is read whole and is small by nature: a password, a token, a certificate.
enum SmallFile {
  /// Refused rather than cut: half a key is no key. A bundle of all public roots is about 250 KiB.
  static let bytesMax = 4 << 20

  /// What tells without reading that a file has changed.
  struct Stamp: Hashable, Sendable {
    var modifiedSeconds: Int
    var modifiedNanoseconds: Int
    var byteCount: Int
    var inode: UInt
  }

  static func stamp(of path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      modifiedSeconds: status.st_mtim.tv_sec, modifiedNanoseconds: status.st_mtim.tv_nsec,
      byteCount: Int(status.st_size), inode: UInt(status.st_ino))
  }

  /// - Parameter purpose: what the file is, for the error: "the password".
  static func read(_ path: String, purpose: String) throws(TransportError) -> [UInt8] {
    func failure(_ reason: String) -> TransportError {
      TransportError(
        .credentials, at: path, "\(purpose) cannot be read: \(reason)",
        remedy: "Check that the file exists and that this process may read it.")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
      if count == 0 { return bytes }
      guard bytes.count + count <= bytesMax else { throw failure("it is longer than \(bytesMax) bytes") }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
