import Foundation
import FuzzTargets

/// The target that `GODWIT_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["GODWIT_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    let names = FuzzTarget.all.map(\.name).joined(separator: " ")
    FileHandle.standardError.write(Data("GODWIT_FUZZ_TARGET is one of: \(names)\n".utf8))
    exit(2)
  }
  return target
}()

/// libFuzzer calls this once, before anything else: the seeds go into `GODWIT_FUZZ_SEEDS`, a folder that it reads next.
/// Asked for no target, it lists them all.
@c(LLVMFuzzerInitialize)
public func initialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  let environment = ProcessInfo.processInfo.environment
  guard environment["GODWIT_FUZZ_TARGET"] != nil else {
    for target in FuzzTarget.all { FileHandle.standardOutput.write(Data("\(target.name)\n".utf8)) }
    exit(0)
  }
  guard let folder = environment["GODWIT_FUZZ_SEEDS"] else { return 0 }
  for (number, seed) in target.seeds().enumerated() {
    try? Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(number)"))
  }
  return 0
}

/// libFuzzer calls this with every input that it can think of.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
