import PipelineStages

/// Why a command line cannot be followed.
struct ArgumentFault: Error {
  var message: String
}

/// What the command line asks for.
struct Arguments {
  static let usage = """
    usage: stages [STAGE…] [--series N[,N…]] [--rounds N] [--warming N] [--markdown | --plain]
           stages list

    Without a stage all are run. STAGE is one of:
    \(StageName.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

      --series    how many series, 10000 unless told; several make the growth visible
      --rounds    how many rounds are measured; as many as make two million samples unless told
      --warming   how many rounds come before those, 2 unless told
      --markdown  prints the table for a document
      --plain     prints one line for each measurement, numbers between tabs
    """

  var stages: [StageName] = []
  var series = [10_000]
  var rounds: Int?
  var warming = 2
  var form = StageTable.Form.text
  var isListing = false

  init(_ words: ArraySlice<String>) throws(ArgumentFault) {
    var words = words
    while let word = words.popFirst() {
      switch word {
      case "list": isListing = true
      case "--series":
        series = []
        for text in (words.popFirst() ?? "").split(separator: ",", omittingEmptySubsequences: false) {
          series.append(try Self.number(String(text), atLeast: 1, for: word))
        }
      case "--rounds": rounds = try Self.number(words.popFirst(), atLeast: 1, for: word)
      case "--warming": warming = try Self.number(words.popFirst(), atLeast: 0, for: word)
      case "--markdown": form = .markdown
      case "--plain": form = .plain
      default:
        guard let name = StageName(rawValue: word) else { throw ArgumentFault(message: "there is no stage \(word)") }
        stages.append(name)
      }
    }
    if stages.isEmpty { stages = StageName.allCases }
  }

  /// How many rounds make figures that can be believed, without an hour for a million series.
  static func rounds(series: Int) -> Int { min(200, max(5, 2_000_000 / series)) }

  private static func number(_ text: String?, atLeast min: Int, for flag: String) throws(ArgumentFault) -> Int {
    guard let text, let number = Int(text), number >= min, number <= 100_000_000 else {
      throw ArgumentFault(message: "\(flag) needs a number from \(min) on, not \(text ?? "nothing")")
    }
    return number
  }
}
