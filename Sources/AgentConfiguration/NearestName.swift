/// Finds what was probably meant.
package enum NearestName {
  /// The candidate with the fewest edits to `name`, if that is few enough to be a slip: a third of its length, at least
  /// one. Ties go to the candidate named first.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let bound = max(1, name.utf8.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let distance = distance(Array(name.utf8), Array(candidate.utf8))
      if distance <= bound && distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
  /// - Complexity: the product of the lengths.
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard !left.isEmpty else { return right.count }
    var (before, previous) = ([Int](), Array(0...right.count))
    for row in 1...left.count {
      var current = [row] + [Int](repeating: 0, count: right.count)
      for column in stride(from: 1, through: right.count, by: 1) {
        let isSame = left[row - 1] == right[column - 1]
        var cost = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (isSame ? 0 : 1))
        if row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1] {
          cost = min(cost, before[column - 2] + 1)
        }
        current[column] = cost
      }
      (before, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
