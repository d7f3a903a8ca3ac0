import Foundation

/// Files of this machine. None is opened.
struct LocalFileFacts: FileFacts {
  func fact(ofPath path: String) -> FileFact? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    return FileFact(permissions: (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0)
  }
}
