/// A parser of bytes from outside, as a fuzzer sees it: any bytes go in, and nothing may trap, hang or take more memory
/// than the bytes account for.
///
/// `make fuzz` runs each under libFuzzer; the unit tests run each over its seeds, over random changes to them, and over
/// all that ever broke one (`Tests/FuzzTargetsTests/Found`).
public struct FuzzTarget: Sendable {
  /// What the target is called on the command line, and the name of its folder of found inputs.
  public let name: String
  /// Well-formed inputs to begin with: a fuzzer finds the way into a format much faster from these.
  public let seeds: @Sendable () -> [[UInt8]]
  /// Parses `input` and checks what must hold for any input; what does not hold traps.
  public let run: @Sendable (_ input: [UInt8]) -> Void

  init(
    _ name: String, seeds: @escaping @Sendable () -> [[UInt8]], run: @escaping @Sendable (_ input: [UInt8]) -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.run = run
  }

  public static let all: [FuzzTarget] = [
    pages, families, scrapes, requests, scans, bodies, heads, answers, serverAnswers, configurations, yaml, words, log,
  ].flatMap { $0 }
}
