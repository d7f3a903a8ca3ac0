import Foundation

/// The disk that the agent's log lies on: a small file system of its own that can be filled, where this user may mount
/// one, else a plain folder.
final class FaultDisk {
  static let bytes = 48 << 20

  let path: String
  /// Why there is no file system of its own; nil where there is one.
  let whyPlain: String?
  private(set) var isFull = false
  private var ballast: String { path + "/ballast" }

  var isOwn: Bool { whyPlain == nil }

  init(at path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let isMounted = "size=\(Self.bytes)".withCString { mount("tmpfs", path, "tmpfs", 0, $0) } == 0
    whyPlain = isMounted ? nil : String(cString: strerror(errno))
  }

  /// Fills what is free, to the last byte. Called again it fills what has become free since.
  func fill() throws {
    let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    // Even the name of the file may find no room any more; then there is nothing left to fill.
    guard file >= 0 else { return }
    defer { _ = Glibc.close(file) }
    isFull = true
    var count = 1 << 20
    let piece = [UInt8](repeating: 0x42, count: count)
    while count > 0 {
      let written = write(file, piece, count)
      if written > 0 { continue }
      guard errno == ENOSPC || errno == EINTR else {
        throw EndToEndError("the ballast cannot be written: \(String(cString: strerror(errno)))")
      }
      if errno == ENOSPC { count /= 2 }
    }
  }

  /// Makes room again.
  func empty() {
    unlink(ballast)
    isFull = false
  }

  /// Unmounts. With `GODWIT_KEEP=1` what the log holds is copied beside it before.
  func close() {
    guard isOwn else { return }
    empty()
    if ProcessInfo.processInfo.environment["GODWIT_KEEP"] != nil {
      try? FileManager.default.copyItem(atPath: path, toPath: path + "-kept")
    }
    // Detached, for an agent that a failed test leaves behind ends only after this.
    umount2(path, Int32(MNT_DETACH))
  }
}
