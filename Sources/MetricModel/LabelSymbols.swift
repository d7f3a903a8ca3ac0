/// The labels of one series as numbers in a ``SymbolTable``, for whoever looks a series up without its texts.
public struct LabelSymbols: Sendable {
  /// Of the names.
  public private(set) var names: [UInt32] = []
  /// Of the values, one for each name.
  public private(set) var values: [UInt32] = []

  public init() {}

  public mutating func append(_ name: UInt32, _ value: UInt32) {
    names.append(name)
    values.append(value)
  }

  /// Forgets the labels and keeps the memory.
  public mutating func removeAll() {
    names.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }
}
