import DurableLog
import MetricModel

@testable import Delivery

/// What a request assembler should say, by a list of samples that is walked from its beginning each time.
struct AssemblerModel {
  enum Fate { case kept, dropped, unknown, tooOld, beyondBounds }

  struct Entry {
    var series: Int
    /// Unlike every other sample's; it rises in the order of the log.
    var value: Double
    var timestampMs: Int64
    var isHistogram: Bool
    var exemplars: Int
    var fate: Fate
    /// Its place in the record.
    var index: Int
  }

  struct Piece {
    var position: LogPosition
    var next: LogPosition
    var entries: [Entry]
    var damaged: UInt64 = 0
  }

  var pieces: [Piece] = []

  var keptCount: Int { pieces.reduce(0) { $0 + $1.entries.count { $0.fate == .kept } } }

  struct Prefix {
    var kept: [Entry] = []
    var others = SettledCounts()
    var mark = ShardMark(position: .start)
    var rest: [Piece] = []
  }

  /// The longest prefix with at most `maxKept` samples to send, and what is left behind it.
  func prefix(maxKept: Int) -> Prefix {
    var result = Prefix()
    for (number, piece) in pieces.enumerated() {
      for (index, entry) in piece.entries.enumerated() {
        switch entry.fate {
        case .kept:
          if result.kept.count == maxKept {
            var rest = piece
            rest.entries = Array(piece.entries[index...])
            result.rest = [rest] + pieces[(number + 1)...]
            result.mark = ShardMark(position: piece.position, samplesDone: UInt32(entry.index))
            return result
          }
          result.kept.append(entry)
        case .dropped: result.others.dropped += 1
        case .unknown: result.others.damaged += 1
        case .tooOld:
          result.others.expired += 1
          result.others.tooOld += 1
        case .beyondBounds: result.others.expired += 1
        }
      }
      result.others.damaged += piece.damaged
      result.mark = ShardMark(position: piece.next)
    }
    return result
  }

  mutating func expire(as fate: Fate, where condition: (Piece, Entry) -> Bool) {
    for number in pieces.indices {
      for index in pieces[number].entries.indices {
        let piece = pieces[number]
        if piece.entries[index].fate == .kept && condition(piece, piece.entries[index]) {
          pieces[number].entries[index].fate = fate
        }
      }
    }
  }
}
