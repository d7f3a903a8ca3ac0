import Foundation

/// Files of this machine. Only a file's last byte is read.
struct LocalFileFacts: FileFacts {
  func fact(ofPath path: String) -> FileFact? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    let bytes = (attributes[.size] as? NSNumber)?.intValue ?? 0
    return FileFact(
      permissions: (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0, bytes: bytes,
      endsWithNewline: bytes > 0 && lastByte(of: path, count: bytes) == 0x0a)
  }

  private func lastByte(of path: String, count: Int) -> UInt8? {
    guard let handle = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)) else { return nil }
    defer { try? handle.close() }
    guard (try? handle.seek(toOffset: UInt64(count - 1))) != nil else { return nil }
    return (try? handle.read(upToCount: 1))?.first
  }
}
