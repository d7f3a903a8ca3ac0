#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What tells whether a file is another than before; all zero for one that is not there.
struct FileStamp: Hashable, Sendable {
  var device: UInt64 = 0
  var inode: UInt64 = 0
  var size: Int64 = 0
  var changedSeconds: Int64 = 0
  var changedNanoseconds: Int64 = 0

  init(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    changedSeconds = Int64(time.tv_sec)
    changedNanoseconds = Int64(time.tv_nsec)
  }
}
