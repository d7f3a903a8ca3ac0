/// Why a sample is not taken although its request could be read. The raw value is a stable code.
enum RefusalReason: String, Sendable, CaseIterable {
  case duplicateTimestamp = "duplicate_timestamp"
  case outOfOrder = "out_of_order"
  case seriesLimit = "series_limit"

  /// For people, as part of a sentence.
  var description: String {
    switch self {
    case .duplicateTimestamp: "another value for a timestamp that is already there"
    case .outOfOrder: "out of order"
    case .seriesLimit: "too many series"
    }
  }
}

/// What became of one batch.
struct LedgerOutcome: Sendable {
  struct Refusal: Hashable, Sendable {
    var count: Int
    /// The first one, for people.
    var example: String
  }

  var samplesWritten = 0
  var histogramsWritten = 0
  var exemplarsWritten = 0
  var staleMarkers = 0
  /// Points whose time came before, taken or not.
  var duplicates = 0
  /// Points older than their series' newest, taken or not.
  var outOfOrder = 0
  private(set) var refusals: [RefusalReason: Refusal] = [:]

  var refusedCount: Int { refusals.values.reduce(0) { $0 + $1.count } }

  mutating func refuse(_ reason: RefusalReason, count: Int = 1, example: () -> String) {
    if refusals[reason] == nil { refusals[reason] = Refusal(count: 0, example: example()) }
    refusals[reason]?.count += count
  }

  /// The batch was undone: nothing of it was written.
  mutating func forgetWritten() {
    samplesWritten = 0
    histogramsWritten = 0
    exemplarsWritten = 0
    staleMarkers = 0
  }
}
