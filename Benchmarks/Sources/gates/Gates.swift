import CostBounds
import Foundation

/// Holds what a sample costs at each stage against the bounds in a document.
///
///     gates <document> [--update]
///
/// Ends with 1 where a figure is above its bound, and with 2 where something could not be measured.
@main
struct Gates {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    guard let path = words.first, words.dropFirst().allSatisfy({ $0 == "--update" }) else {
      complain("usage: gates <document> [--update]")
      exit(2)
    }
    do {
      let document = try String(contentsOfFile: path, encoding: .utf8)
      let bounds = try CostBounds(reading: document)
      let isUpdate = words.count > 1
      let gate = try CostGate(bounds: bounds)
      try gate.measure()
      if isUpdate {
        try Data(bounds.document(with: gate.rows).utf8).write(to: URL(fileURLWithPath: path))
        print("gates: \(path) has these figures now")
      } else if !Self.areBoundsOfThisMachine {
        print("gates: the bounds are those of x86-64, and this is another machine: nothing is held against them")
      } else if !gate.holds(in: path) {
        exit(1)
      }
    } catch {
      complain("\(error)")
      exit(2)
    }
  }

  private static var areBoundsOfThisMachine: Bool {
    #if arch(x86_64)
    true
    #else
    false
    #endif
  }

  private static func complain(_ text: String) { FileHandle.standardError.write(Data("gates: \(text)\n".utf8)) }
}
