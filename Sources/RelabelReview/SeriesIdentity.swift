import ByteCoding

/// What one series was before the rules and is after them, without its labels: 32 bytes a series, so that a million
/// are compared in the memory of their hashes.
struct SeriesIdentity {
  /// The labels after the rules; 128 bits, for what meets here is called a collision.
  var after: Hash128.Digest
  /// The labels before them. Half of the digest: it only tells apart series that are the same after the rules.
  var before: UInt64
  /// The number of the series in its input, from 0.
  var ordinal: UInt32
  /// False when the rules drop it.
  var isKept: Bool
}

extension SeriesIdentity {
  /// By what it is after the rules, then by what it was, then by its place.
  static func precedes(_ left: SeriesIdentity, _ right: SeriesIdentity) -> Bool {
    if left.isKept != right.isKept { return left.isKept }
    if left.after.low != right.after.low { return left.after.low < right.after.low }
    if left.after.high != right.after.high { return left.after.high < right.after.high }
    if left.before != right.before { return left.before < right.before }
    return left.ordinal < right.ordinal
  }
}

/// Counts series before and after rules, and finds those that become one.
struct MergeCount {
  /// Different series before the rules; the same labels twice are one.
  private(set) var before = 0
  /// Different series after them.
  private(set) var after = 0
  /// How many series before the rules have labels after them that others have too.
  private(set) var merging = 0
  /// How many series after the rules stand for several.
  private(set) var groups = 0
  /// Some of those groups, those that begin first in the input: their members' numbers, in the order of the input.
  private(set) var examples: [[UInt32]] = []

  /// - Parameters:
  ///   - groupsMax: how many groups are kept as examples.
  ///   - membersMax: how many members of each.
  /// - Complexity: O(n log n) in place.
  init(_ identities: inout [SeriesIdentity], groupsMax: Int, membersMax: Int) {
    identities.sort(by: SeriesIdentity.precedes)
    var start = 0
    while start < identities.count {
      var end = start + 1
      var distinct = 1
      while end < identities.count, identities[end].isKept == identities[start].isKept,
        !identities[start].isKept || identities[end].after == identities[start].after
      {
        if identities[end].before != identities[end - 1].before { distinct += 1 }
        end += 1
      }
      before += distinct
      if identities[start].isKept {
        after += 1
        if distinct > 1 {
          merging += distinct
          groups += 1
          note(identities[start..<end], groupsMax, membersMax)
        }
      }
      start = end
    }
    examples.sort { ($0.first ?? 0) < ($1.first ?? 0) }
  }

  private mutating func note(_ group: ArraySlice<SeriesIdentity>, _ groupsMax: Int, _ membersMax: Int) {
    guard groupsMax > 0 else { return }
    let first = group.lazy.map(\.ordinal).min() ?? 0
    let last = examples.indices.max { (examples[$0].first ?? 0) < (examples[$1].first ?? 0) }
    if examples.count >= groupsMax, let last, (examples[last].first ?? 0) < first { return }
    // One for each series that was different.
    var members: [UInt32] = []
    var before: UInt64?
    for identity in group where identity.before != before {
      before = identity.before
      members.append(identity.ordinal)
    }
    members.sort()
    if examples.count >= groupsMax, let last { examples.remove(at: last) }
    examples.append(Array(members.prefix(membersMax)))
  }
}
