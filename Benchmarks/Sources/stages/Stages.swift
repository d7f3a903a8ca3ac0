import PipelineStages

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs stages of the way of a sample alone, to measure or to profile them.
@main
struct Stages {
  static func main() {
    do throws(ArgumentFault) {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      run(arguments)
    } catch {
      complain("\(error.message)\n\n\(Arguments.usage)")
      exit(2)
    }
  }

  private static func run(_ arguments: Arguments) {
    if arguments.isListing {
      for name in StageName.allCases { print(name.rawValue) }
      return
    }
    var table = StageTable(form: arguments.form)
    table.begin()
    for name in arguments.stages {
      for series in arguments.series {
        do {
          let rounds = arguments.rounds ?? Arguments.rounds(series: series)
          table.add(
            name, series, try Measurement(of: name, series: series, rounds: rounds, warming: arguments.warming))
        } catch {
          complain("\(name.rawValue): \(error)")
          exit(1)
        }
      }
    }
  }

  private static func complain(_ text: String) {
    let line = Array("stages: \(text)\n".utf8)
    // Where nobody reads complaints there is nobody to tell.
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
