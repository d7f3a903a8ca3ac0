import ByteCoding

/// Text interned once: each distinct byte string has one small number, and numbers are dense from 0.
///
///     var symbols = SymbolTable()
///     let job = symbols.intern("job")        // 1, held once
///     symbols.intern("job")                  // 1 again, held twice
///     symbols.bytes(of: job)                 // the bytes of "job"
///     symbols.release(job)                   // false: still held
///     symbols.release(job)                   // true: forgotten, and 1 will be given to another text
///
/// Number 0 is always the empty string and is never counted. Every other number belongs to those who hold it:
/// interning holds once for the caller, ``retain(_:)`` once more, ``release(_:)`` gives one back. Because numbers are
/// dense, an array indexed by number replaces a dictionary keyed by text; because they are reused, whoever keeps such
/// an array without holding its numbers watches ``reuseCount``.
///
/// The texts lie in one arena. Freed room is given to the next text of its size; what is left is squeezed out once it is
/// more than half.
///
/// - Complexity: every operation is constant plus the length of the text, amortised. Interning a text that is known
///   allocates nothing.
public struct SymbolTable: Sendable {
  /// Where one text lies in the arena, and who needs it.
  @usableFromInline struct Entry: Sendable {
    /// In units of ``alignment``, so that four bytes reach 16 GiB.
    @usableFromInline var place: UInt32
    @usableFromInline var shortCount: UInt32
    /// The lower half of the text's hash: more than an index of 32-bit numbers asks for.
    var hash: UInt32
    /// 0 marks a freed number.
    var references: UInt32

    @inlinable var start: Int { Int(place) * SymbolTable.alignment }
    @inlinable var count: Int { Int(shortCount) }
    /// What the text occupies in the arena.
    var room: Int { SymbolTable.aligned(count) }
  }

  /// Where texts may begin in the arena.
  @inlinable static var alignment: Int { 4 }

  /// The bytes of all texts in no particular order; ``location(of:)`` says where one lies.
  public private(set) var arena: [UInt8] = []
  /// How often the number of a forgotten text was given to another one.
  public private(set) var reuseCount: UInt64 = 0
  /// The bytes of all texts together, without those that were freed.
  public private(set) var byteCount = 0
  /// The same with what aligns them.
  private var room = 0
  private var holes = ArenaHoles()

  @usableFromInline var entries = [Self.emptyText]
  private var freeNumbers: [UInt32] = []
  private var index = NumberIndex()

  public init() {}

  /// How many texts there are, the empty one included.
  public var count: Int { entries.count - freeNumbers.count }

  /// One more than the highest number in use; arrays indexed by number want this size.
  public var numberLimit: Int { entries.count }

  /// The number of this text, held once more by the caller.
  @discardableResult
  public mutating func intern(_ bytes: ArraySlice<UInt8>) -> UInt32 { intern(bytes.span) }

  /// As ``intern(_:)-(ArraySlice<UInt8>)``, for bytes that nobody need own.
  @discardableResult
  mutating func intern(_ bytes: Span<UInt8>) -> UInt32 {
    if bytes.isEmpty { return 0 }
    let hash = Self.hash(bytes)
    if let number = number(of: bytes, hash: hash) {
      entries[Int(number)].references += 1
      return number
    }
    return add(bytes, hash: hash, references: 1)
  }

  /// The number of this text, which the caller holds by ``retain(_:)-(Span<UInt32>)`` before anything is released. To see
  /// that it is the text of `guess` costs less than to find it; any number may be guessed.
  @inline(__always)
  mutating func number(of bytes: Span<UInt8>, guessing guess: UInt32) -> UInt32 {
    isText(of: guess, bytes) ? guess : number(of: bytes)
  }

  @inline(never)
  private mutating func number(of bytes: Span<UInt8>) -> UInt32 {
    if bytes.isEmpty { return 0 }
    let hash = Self.hash(bytes)
    return number(of: bytes, hash: hash) ?? add(bytes, hash: hash, references: 0)
  }

  /// Whether `number` is in use and its text is `bytes`.
  public func isText(of number: UInt32, _ bytes: ArraySlice<UInt8>) -> Bool { isText(of: number, bytes.span) }

  /// The same for loops that cannot afford to count a slice's owner.
  @inline(__always)
  public func isText(of number: UInt32, _ bytes: Span<UInt8>) -> Bool {
    guard Int(number) < entries.count else { return false }
    let entry = entries[Int(number)]
    return entry.count == bytes.count && entry.references > 0
      && arena.span.extracting(entry.start..<entry.start + entry.count).isSame(as: bytes)
  }

  /// The number of the UTF-8 form of `text`, held once more by the caller.
  @discardableResult
  public mutating func intern(_ text: String) -> UInt32 {
    if text.isEmpty { return 0 }
    return intern(ArraySlice(text.utf8))
  }

  /// The number of this text if it is known. Nothing is held.
  public func find(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    bytes.isEmpty ? 0 : number(of: bytes.span, hash: Self.hash(bytes.span))
  }

  /// The text of a number in use.
  public func bytes(of number: UInt32) -> ArraySlice<UInt8> {
    let entry = entries[Int(number)]
    return arena[entry.start..<entry.start + entry.count]
  }

  /// The text of a number in use, as a string.
  public func string(of number: UInt32) -> String { String(decoding: bytes(of: number), as: UTF8.self) }

  /// Where in ``arena`` the text of `number` lies, for loops that cannot afford to count a slice's owner.
  @inlinable
  public func location(of number: UInt32) -> (start: Int, count: Int) {
    let entry = entries[Int(number)]
    return (entry.start, entry.count)
  }

  /// Holds `number` once more.
  public mutating func retain(_ number: UInt32) {
    if number == 0 { return }
    precondition(entries[Int(number)].references > 0, "symbol \(number) is retained after it was forgotten")
    entries[Int(number)].references += 1
  }

  /// Holds each of `numbers` once more.
  mutating func retain(_ numbers: Span<UInt32>) {
    var entries = entries.mutableSpan
    for index in numbers.indices where numbers[index] > 0 { entries[Int(numbers[index])].references += 1 }
  }

  /// Gives each of `numbers` back once.
  mutating func release(_ numbers: Span<UInt32>) {
    guard Self.giveBack(numbers, in: &entries) else { return }
    for index in numbers.indices {
      let number = numbers[index]
      // One that stands there twice is forgotten once, and has no text from then on.
      if entries[Int(number)].references == 0 && entries[Int(number)].count > 0 { forget(number) }
    }
    compactIfHalfFreed()
  }

  /// - Returns: whether somebody was the last one to hold one of them.
  private static func giveBack(_ numbers: Span<UInt32>, in entries: inout [Entry]) -> Bool {
    var entries = entries.mutableSpan
    var isLast = false
    for index in numbers.indices where numbers[index] > 0 {
      let number = numbers[index]
      let references = entries[Int(number)].references
      precondition(references > 0, "symbol \(number) is released more often than it was held")
      entries[Int(number)].references = references - 1
      isLast = isLast || references == 1
    }
    return isLast
  }

  /// Gives `number` back once; with the last one the text is forgotten.
  ///
  /// - Returns: true if the text is gone and its number free for another.
  @discardableResult
  public mutating func release(_ number: UInt32) -> Bool {
    if number == 0 { return false }
    let references = entries[Int(number)].references
    precondition(references > 0, "symbol \(number) is released more often than it was held")
    if references > 1 {
      entries[Int(number)].references = references - 1
      return false
    }
    entries[Int(number)].references = 0
    forget(number)
    compactIfHalfFreed()
    return true
  }

  /// Forgets a text that nobody holds. What is left in the arena is squeezed out by ``compactIfHalfFreed()``, once all
  /// such texts are forgotten.
  private mutating func forget(_ number: UInt32) {
    let entry = entries[Int(number)]
    Self.remove(number, from: &index, of: entries)
    byteCount -= entry.count
    room -= entry.room
    holes.add(entry.place, units: entry.room / Self.alignment)
    // A freed number reads as empty, also after its old bytes were squeezed out.
    entries[Int(number)] = Entry(place: 0, shortCount: 0, hash: 0, references: 0)
    freeNumbers.append(number)
  }

  /// Forgets all texts but the empty one, whoever holds them, and keeps the memory.
  public mutating func removeAll() {
    if entries.count == 1 { return }
    reuseCount += 1
    byteCount = 0
    room = 0
    holes.removeAll()
    arena.removeAll(keepingCapacity: true)
    freeNumbers.removeAll(keepingCapacity: true)
    entries.removeSubrange(1...)
    index = NumberIndex()
  }

  // MARK: - Parts

  private static let emptyText = Entry(place: 0, shortCount: 0, hash: 0, references: 1)

  /// Below this many bytes compaction is not worth its copy.
  private static let compactionMin = 4096

  private static func aligned(_ count: Int) -> Int { (count + alignment - 1) & ~(alignment - 1) }

  /// Keyed anew by each process, so that nobody outside can choose texts that all fall into one place.
  private static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: Hash64.process(bytes))
  }

  /// Takes the array as it is: a closure that looks at a property counts its owner.
  private static func remove(_ number: UInt32, from index: inout NumberIndex, of entries: [Entry]) {
    let entries = entries.span
    index.remove(number, hash: UInt64(entries[Int(number)].hash)) { UInt64(entries[Int($0)].hash) }
  }

  private func number(of bytes: Span<UInt8>, hash: UInt32) -> UInt32? {
    index.find(UInt64(hash)) { number in
      let entry = entries[Int(number)]
      return entry.hash == hash && entry.count == bytes.count
        && arena.span.extracting(entry.start..<entry.start + entry.count).isSame(as: bytes)
    }
  }

  private mutating func add(_ bytes: Span<UInt8>, hash: UInt32, references: UInt32) -> UInt32 {
    let entry = Entry(place: place(for: bytes), shortCount: UInt32(bytes.count), hash: hash, references: references)
    byteCount += bytes.count
    room += entry.room
    let number: UInt32
    if let free = freeNumbers.popLast() {
      number = free
      entries[Int(free)] = entry
      reuseCount += 1
    } else {
      number = UInt32(entries.count)
      entries.reserveSparingly(for: 1)
      entries.append(entry)
    }
    if index.isFull { index.grow { [entries] in UInt64(entries[Int($0)].hash) } }
    index.insert(number, hash: UInt64(hash))
    return number
  }

  /// Puts a text into the arena: where one of its size was, or behind all others.
  private mutating func place(for bytes: Span<UInt8>) -> UInt32 {
    let room = Self.aligned(bytes.count)
    if let hole = holes.take(units: room / Self.alignment) {
      let start = Int(hole) * Self.alignment
      arena.replace(at: start, copying: bytes)
      if bytes.count < room {
        var arena = arena.mutableSpan
        for offset in bytes.count..<room { arena[start + offset] = 0 }
      }
      return hole
    }
    let place = UInt32(arena.count / Self.alignment)
    arena.reserveSparingly(for: room)
    arena.append(copying: bytes)
    for _ in bytes.count..<room { arena.append(0) }
    return place
  }

  private mutating func compactIfHalfFreed() {
    if arena.count < Self.compactionMin || room * 2 >= arena.count { return }
    // Compaction visits every number once, so at least as many bytes must have been freed to pay for it.
    if arena.count - room < entries.count { return }
    var compacted: [UInt8] = []
    // An eighth more than needed: the table is being used, so the next text would make it grow at once.
    compacted.reserveCapacity(room + room / 8)
    for number in entries.indices where entries[number].references > 0 {
      let entry = entries[number]
      entries[number].place = UInt32(compacted.count / Self.alignment)
      compacted.append(contentsOf: arena[entry.start..<entry.start + entry.room])
    }
    arena = compacted
    holes.removeAll()
  }
}
