/// What went wrong in the log, where, and what to do about it. Two errors are equal when their codes are.
public struct LogError: Error, Sendable {
  /// What kind of failure it is. New codes may appear in later versions.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case directoryInUse, fileNotOpened, directoryNotListed, readFailed, writeFailed, diskFull, syncFailed
      case fileNotMoved, fileNotRemoved, recordTooLarge, formatUnknown, ledgerDamaged, documentTooLarge, nameUnusable
      case logClosed
    }

    private let kind: Kind

    /// Another process has the directory open.
    public static let directoryInUse = Code(kind: .directoryInUse)
    public static let fileNotOpened = Code(kind: .fileNotOpened)
    public static let directoryNotListed = Code(kind: .directoryNotListed)
    public static let readFailed = Code(kind: .readFailed)
    public static let writeFailed = Code(kind: .writeFailed)
    /// The file system or the quota has no room. The log works again as soon as there is some.
    public static let diskFull = Code(kind: .diskFull)
    public static let syncFailed = Code(kind: .syncFailed)
    public static let fileNotMoved = Code(kind: .fileNotMoved)
    public static let fileNotRemoved = Code(kind: .fileNotRemoved)
    public static let recordTooLarge = Code(kind: .recordTooLarge)
    /// A segment or ledger was written by a newer version.
    public static let formatUnknown = Code(kind: .formatUnknown)
    /// No slot of a ledger can be read although it has been written.
    public static let ledgerDamaged = Code(kind: .ledgerDamaged)
    public static let documentTooLarge = Code(kind: .documentTooLarge)
    public static let nameUnusable = Code(kind: .nameUnusable)
    public static let logClosed = Code(kind: .logClosed)

    public var description: String { kind.rawValue }
  }

  public let code: Code
  /// One sentence: what exactly happened.
  public let message: String
  /// The file or directory concerned.
  public let path: String
  /// Where in the log, if it is about a record.
  public let position: LogPosition?
  /// What the operating system said, for example "No space left on device".
  public let systemReason: String?
  /// One sentence: what to do now.
  public let remedy: String

  init(
    _ code: Code, _ message: String, path: String, position: LogPosition? = nil, cause: DiskFailure? = nil,
    remedy: String
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.position = position
    self.systemReason = cause.map { "\($0.call): \($0.reason)" }
    self.remedy = remedy
  }
}

extension LogError: Equatable {
  public static func == (first: LogError, second: LogError) -> Bool { first.code == second.code }
}

extension LogError: CustomStringConvertible {
  public var description: String {
    var text = "\(message) (\(path)"
    if let position { text += " at \(position)" }
    if let systemReason { text += ", \(systemReason)" }
    return text + "). \(remedy)"
  }
}
