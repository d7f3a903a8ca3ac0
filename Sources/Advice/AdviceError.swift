/// Why a folder cannot be read at all.
public enum AdviceError: Error, Hashable, Sendable, CustomStringConvertible {
  case noSuchFolder(String)
  case notAFolder(String)
  case unreadable(String)

  public var description: String {
    switch self {
    case .noSuchFolder(let path): "there is no folder \(path); name the one that holds the program or configuration"
    case .notAFolder(let path): "\(path) is a file; name the folder that it is in, or use `godwit check` for a file"
    case .unreadable(let path): "the folder \(path) cannot be listed; its permissions do not allow it"
    }
  }
}
