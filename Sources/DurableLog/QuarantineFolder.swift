/// The quarantine of one endpoint as an operator works on it, perhaps beside the agent that fills it: files are listed,
/// read and taken away, and one that has gone meanwhile is no error.
public struct QuarantineFolder: Sendable {
  /// One refused request.
  public struct File: Hashable, Sendable {
    /// For example `00000000000000000007.refused`.
    public let name: String
    public let bytes: UInt64
  }

  public let path: String
  private let disk: any LogDisk

  /// The quarantine of an endpoint in the storage path `directory`. It need not exist.
  /// - Throws: `nameUnusable`
  public init(directory: String, endpoint: String, disk: any LogDisk = SystemDisk()) throws(LogError) {
    let folder = directory + "/quarantine"
    guard let name = EndpointName.encoded(endpoint) else { throw .nameUnusable(endpoint, path: folder) }
    path = folder + "/" + name
    self.disk = disk
  }

  /// The endpoints that have a folder in the quarantine of the storage path `directory`, sorted.
  public static func endpoints(
    in directory: String, disk: any LogDisk = SystemDisk()
  ) throws(LogError) -> [String] {
    let folder = directory + "/quarantine"
    do {
      return try disk.names(in: folder).compactMap(EndpointName.decoded).sorted()
    } catch {
      if error.kind == .nameUnknown { return [] }
      throw .listing(folder, error)
    }
  }

  /// The refused requests, oldest first; none if there is no such folder.
  public func files() throws(LogError) -> [File] {
    let names: [String]
    do { names = try disk.names(in: path) } catch {
      if error.kind == .nameUnknown { return [] }
      throw .listing(path, error)
    }
    var files: [File] = []
    for name in names.sorted() where Quarantine.number(of: name) != nil {
      do {
        files.append(File(name: name, bytes: try disk.open(path + "/" + name, .existing).attributes().bytes))
      } catch {
        if error.kind != .nameUnknown { throw .opening(path + "/" + name, error) }
      }
    }
    return files
  }

  /// The first bytes of a file, `bytesMax` at most; nil if it has gone.
  public func contents(of file: File, bytesMax: Int) throws(LogError) -> [UInt8]? {
    let path = path + "/" + file.name
    do {
      let opened = try disk.open(path, .existing)
      var bytes = [UInt8](repeating: 0, count: Int(min(UInt64(max(0, bytesMax)), try opened.attributes().bytes)))
      bytes.removeSubrange(try opened.readAll(into: &bytes, 0..<bytes.count, at: 0)...)
      return bytes
    } catch {
      if error.kind == .nameUnknown { return nil }
      throw .reading(path, error)
    }
  }

  /// Takes a file away.
  /// - Returns: false if it had gone before.
  public func remove(_ file: File) throws(LogError) -> Bool {
    let path = path + "/" + file.name
    do {
      try disk.remove(path)
      return true
    } catch {
      if error.kind == .nameUnknown { return false }
      throw .removing(path, error)
    }
  }
}
