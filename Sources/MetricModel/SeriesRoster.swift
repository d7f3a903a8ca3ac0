import Synchronization

/// What a batch says of its series, so that the log need not ask of each whether its segment has a definition.
///
/// One who brings batch after batch, like the reader of a target's pages, keeps a roster: the series that the last batch
/// taken left it with, all of them held ever since. A batch of its series and of the ``newcomers`` is then a batch of
/// series that are defined wherever those of the roster are.
public struct SeriesRoster: Sendable, Equatable {
  /// Which roster it is. Another one's number is another one, and so is that of one whose series were numbered anew.
  public let number: UInt64
  /// Whether the batch has a sample of every series that the roster will have once the batch is taken.
  public var isWhole = false
  /// The series of the batch that are not of the roster yet.
  public private(set) var newcomers: [SeriesID] = []

  private static let count = Atomic<UInt64>(0)

  /// A roster that no batch has had before.
  public init() { number = Self.count.add(1, ordering: .relaxed).newValue }

  private init(number: UInt64) { self.number = number }

  /// The same roster with nothing said of a batch.
  public var blank: SeriesRoster { SeriesRoster(number: number) }

  public mutating func add(_ newcomer: SeriesID) { newcomers.append(newcomer) }
}
