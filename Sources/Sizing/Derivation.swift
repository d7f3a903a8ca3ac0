public import Diagnostics

/// A number with the formula that it came from and every quantity that went in, so that whoever doubts it can do the
/// sum again.
public struct Derivation: Hashable, Sendable {
  /// A quantity that went in, and who says so: a flag, a metric, the configuration, or an assumption of ours.
  public struct Input: Hashable, Sendable {
    public var name: String
    public var quantity: Quantity
    public var source: String

    public init(_ name: String, _ quantity: Quantity, _ source: String) {
      self.name = name
      self.quantity = quantity
      self.source = source
    }
  }

  /// What it is, in the word of the configuration where that has one: `max_shards`.
  public var name: String
  public var quantity: Quantity
  /// As one would write it down: `⌈3 × rate × latency ÷ batch⌉`.
  public var formula: String
  public var inputs: [Input]
  /// What is there today; nil where nothing tells.
  public var today: Quantity?
  /// What it means or leaves out, where that is not plain; empty as a rule.
  public var note: String

  public init(
    _ name: String, _ quantity: Quantity, _ formula: String, _ inputs: [Input] = [], today: Quantity? = nil,
    note: String = ""
  ) {
    self.name = name
    self.quantity = quantity
    self.formula = formula
    self.inputs = inputs
    self.today = today
    self.note = note
  }

  /// The inputs in one line: `rate 50,000 samples/s (--rate), latency 350 ms (…_duration_seconds)`.
  public var inputsText: String {
    inputs.map { "\($0.name) \($0.quantity.text) (\($0.source))" }.joined(separator: ", ")
  }

  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("value", quantity.value)
      writer.member("unit", quantity.unit.rawValue)
      writer.member("text", quantity.text)
      if let today { writer.member("today", today.value) }
      writer.member("formula", formula)
      writer.member("inputs") { writer in
        writer.array { writer in
          for input in inputs {
            writer.object { writer in
              writer.member("name", input.name)
              writer.member("value", input.quantity.value)
              writer.member("unit", input.quantity.unit.rawValue)
              writer.member("source", input.source)
            }
          }
        }
      }
      if !note.isEmpty { writer.member("note", note) }
    }
  }
}
