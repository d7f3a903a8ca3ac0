public import DurableLog

/// What an endpoint refused for good and is kept, oldest first.
public struct QuarantineReport: Hashable, Sendable {
  /// One refused request.
  public struct Entry: Hashable, Sendable {
    public var file: QuarantineFolder.File
    /// Nil if the file does not begin as it should.
    public var refusal: Refusal?
  }

  public var endpoint: String
  /// The folder.
  public var path: String
  public var entries: [Entry]

  /// On disk.
  public var bytes: UInt64 { entries.reduce(0) { $0 &+ $1.file.bytes } }
  /// Refused, in the files that can be read.
  public var samples: UInt64 { entries.reduce(0) { $0 &+ ($1.refusal?.refused ?? 0) } }
  public var oldestMs: Int64? { entries.compactMap { $0.refusal?.timeMs }.min() }
  public var newestMs: Int64? { entries.compactMap { $0.refusal?.timeMs }.max() }
}

extension QuarantineReport {
  /// Reads the first line of each file. A file that goes meanwhile is left out.
  public init(endpoint: String, in folder: QuarantineFolder) throws(LogError) {
    self.endpoint = endpoint
    path = folder.path
    entries = []
    for file in try folder.files() {
      guard let head = try folder.contents(of: file, bytesMax: Refusal.lineBytesMax) else { continue }
      entries.append(Entry(file: file, refusal: Refusal(head: head)))
    }
  }

  /// The quarantines of a storage path: of one endpoint, or of all that have one.
  ///
  /// - Throws: `LogReviewError.endpointUnknown` if nothing is known of the endpoint.
  public static func all(in directory: String, endpoint: String?) throws(LogReviewError) -> [QuarantineReport] {
    let names = try KnownEndpoints(in: directory).chosen(endpoint)
    do {
      return try names.map { name throws(LogError) in
        try QuarantineReport(endpoint: name, in: QuarantineFolder(directory: directory, endpoint: name))
      }
    } catch {
      throw .log(error)
    }
  }
}
