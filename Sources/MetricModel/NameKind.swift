/// What a name is the name of. Names of metrics may have colons, names of labels not.
public enum NameKind: Sendable {
  case metric, label

  /// Whether `name` is one that every consumer takes, also those from before UTF-8 names: not empty, ASCII letters,
  /// digits and underscores, no digit first.
  public func allows(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, allows(Unicode.Scalar(first), first: true) else { return false }
    return name.dropFirst().allSatisfy { allows(Unicode.Scalar($0), first: false) }
  }

  func allows(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "_": true
    case "0"..."9": !first
    case ":": self == .metric
    default: false
    }
  }
}
