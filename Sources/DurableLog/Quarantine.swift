/// A bounded shelf for what an endpoint refused for good: one file a refusal, the oldest go when there are too many.
///
/// ```swift
/// var quarantine = try log.quarantine(endpoint: "mimir", bytesMax: 64 << 20)
/// let path = try quarantine.keep(document)
/// ```
///
/// A file appears whole or not at all: it is written under another name and renamed. One value owns the shelf and is
/// not for concurrent use; but whoever operates it may take files away at any time, also through a
/// ``QuarantineFolder``.
public struct Quarantine: Sendable {
  static let suffix = ".refused"
  private static let unfinished = ".unfinished"

  public let path: String
  /// What all files together may have. A document larger than this is not kept.
  public var bytesMax: UInt64
  /// How many files had to go for newer ones, since the start.
  public private(set) var displacedCount = 0

  private struct Document: Sendable {
    var number: UInt64
    var bytes: UInt64
  }

  private let disk: any LogDisk
  /// Oldest first; what was taken away stays in it until the next look at the folder.
  private var documents: [Document] = []
  /// Does not go back when files are taken away, so that a name means one document only.
  private var numberLast: UInt64 = 0

  /// Opens the shelf, which is made if missing; what is on it stays.
  init(path: String, bytesMax: UInt64, disk: any LogDisk) throws(LogError) {
    self.path = path
    self.bytesMax = bytesMax
    self.disk = disk
    do {
      try disk.makeDirectory(path)
      for name in try disk.names(in: path) {
        guard let number = Self.number(of: name) else { continue }
        documents.append(
          Document(number: number, bytes: try disk.open(path + "/" + name, .existing).attributes().bytes))
      }
    } catch {
      throw .opening(path, error)
    }
    documents.sort { $0.number < $1.number }
    numberLast = documents.last?.number ?? 0
  }

  /// Forgets the files that somebody took away. Costs a listing of the folder.
  public mutating func refresh() throws(LogError) {
    let names: Set<String>
    do { names = Set(try disk.names(in: path)) } catch { throw .listing(path, error) }
    documents.removeAll { !names.contains(Self.name($0.number)) }
  }

  public var count: Int { documents.count }
  public var bytes: UInt64 { documents.reduce(0) { $0 &+ $1.bytes } }

  /// Puts a document on the shelf, then takes the oldest off until all fit: nothing goes for one that cannot be kept.
  /// - Returns: the path of the new file, or nil if the document alone is larger than the bound.
  public mutating func keep(_ document: [UInt8]) throws(LogError) -> String? {
    let size = UInt64(document.count)
    guard size <= bytesMax else { return nil }
    let number = numberLast + 1
    let target = file(number)
    do {
      let new = try disk.open(target + Self.unfinished, .existingOrNew)
      try new.truncate(to: 0)
      try new.writeAll(document, at: 0)
      try disk.rename(target + Self.unfinished, to: target)
    } catch {
      throw .writing(target, error)
    }
    numberLast = number
    documents.append(Document(number: number, bytes: size))
    // What was taken away makes room; nothing has to go for it.
    if bytes > bytesMax { try refresh() }
    while bytes > bytesMax, let oldest = documents.first {
      do { try disk.remove(file(oldest.number)) } catch {
        if error.kind != .nameUnknown { throw .removing(file(oldest.number), error) }
      }
      documents.removeFirst()
      displacedCount += 1
    }
    return target
  }

  private func file(_ number: UInt64) -> String { path + "/" + Self.name(number) }

  private static func name(_ number: UInt64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 20 - digits.count) + digits + suffix
  }

  static func number(of name: String) -> UInt64? {
    guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count else { return nil }
    return UInt64(name.dropLast(suffix.count))
  }
}

extension DurableLog {
  /// Opens the quarantine of an endpoint, which is made if missing. One owner at a time.
  public func quarantine(endpoint: String, bytesMax: UInt64) throws(LogError) -> Quarantine {
    let folder = directory + "/quarantine"
    guard let name = EndpointName.encoded(endpoint) else { throw .nameUnusable(endpoint, path: folder) }
    return try Quarantine(path: folder + "/" + name, bytesMax: bytesMax, disk: disk)
  }
}
