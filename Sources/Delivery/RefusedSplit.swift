/// Takes a refused request apart by its series, until those that are to blame stand alone and all others have arrived.
/// It says which part to try next, is told what became of it, and knows nothing else. Pure.
///
///     var split = RefusedSplit(seriesCount: 4)      // all four together were refused
///     split.next                                    // 0..<2
///     split.conclude(isRefused: false)              // these two have arrived
///     split.next                                    // 2..<4
///     split.divide()                                // refused, too; true: to be tried in halves
///     split.next                                    // 2..<3
///
/// Parts are halves, tried in the order of the series. Bounds: after ``guiltyMax`` series stand alone, and after
/// ``guiltyMax`` · ⌈log₂ n⌉ divisions whatever was found, a refused part stays as it is. So no more than
/// 2 · ``guiltyMax`` · ⌈log₂ n⌉ requests are needed for n series, and 2 · k · ⌈log₂ n⌉ where k are to blame.
struct RefusedSplit: Hashable, Sendable {
  static let guiltyMax = 32

  /// Parts to try, the next one last.
  private var parts: [Range<Int>] = []
  private var guiltyCount = 0
  private var divisionsLeft: Int

  /// - Parameter seriesCount: how many series were refused together. One alone leaves nothing to try.
  init(seriesCount: Int) {
    let halvings = seriesCount < 2 ? 0 : Int.bitWidth - (seriesCount - 1).leadingZeroBitCount
    divisionsLeft = Self.guiltyMax * halvings
    if seriesCount > 1 {
      parts = [0..<seriesCount]
      _ = divide()
    }
  }

  /// The part to try next, as a range of the list of series; nil when every series is decided.
  var next: Range<Int>? { parts.last }

  /// The part that was next was refused, and it may be that only some of its series are to blame.
  ///
  /// - Returns: whether its halves are tried instead. If not, it stays next until it is concluded as it is.
  mutating func divide() -> Bool {
    guard let part = parts.last, part.count > 1, guiltyCount < Self.guiltyMax, divisionsLeft > 0 else { return false }
    divisionsLeft -= 1
    let middle = part.lowerBound + (part.count + 1) / 2
    parts.removeLast()
    parts.append(middle..<part.upperBound)
    parts.append(part.lowerBound..<middle)
    return true
  }

  /// The part that was next is decided: it has arrived, or it is refused for good.
  mutating func conclude(isRefused: Bool) {
    guard let part = parts.popLast() else { return }
    if isRefused && part.count == 1 { guiltyCount += 1 }
  }
}
