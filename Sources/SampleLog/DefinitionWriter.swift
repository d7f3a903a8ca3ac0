import ByteCoding
import MetricModel

/// Writes what a record says of new series: each text once, then the series by the numbers of their texts.
///
/// New series mostly come with others of their family, so a text is looked for only where it is not the one that the
/// series before has in the same place.
///
/// - Complexity: linear in the labels and in the bytes of those texts. Nothing is allocated once the memory has grown.
struct DefinitionWriter {
  /// What stands in one place of the series before: symbols of the process, and what the record calls them.
  private struct Label {
    var name: UInt32
    var value: UInt32
    var nameNumber: UInt32
    var valueNumber: UInt32
  }

  /// No symbol and no form has this number.
  private static let none = UInt32.max

  private var labels: [Label] = []
  /// What the record calls the help and the unit of the series before, whose form this is.
  private var family = (form: Self.none, help: UInt32(0), unit: UInt32(0))
  private var texts = RecordTexts()
  /// The definitions, which stand behind the texts.
  private var definitions: [UInt8] = []

  /// Appends the definitions of `series`, which `table` knows.
  mutating func write(_ series: [SeriesID], of table: SeriesTable, into bytes: inout [UInt8]) {
    labels.removeAll(keepingCapacity: true)
    family.form = Self.none
    texts.removeAll()
    definitions.removeAll(keepingCapacity: true)
    for id in series { define(id, table) }
    texts.write(of: table.symbols, into: &bytes)
    Varint.append(UInt64(series.count), to: &bytes)
    bytes.append(contentsOf: definitions)
  }

  private mutating func define(_ id: SeriesID, _ table: SeriesTable) {
    let form = table.form(of: id)
    let names = table.forms.names.symbols.span.extracting(table.forms.names(of: form))
    let values = table.values.symbols.span.extracting(table.values(of: id, count: names.count))
    Self.number(names, values, &labels, &texts)
    let metadata = table.forms.metadata(of: form)
    if form != family.form { family = (form, texts.number(of: metadata.help), texts.number(of: metadata.unit)) }
    // Five bytes for each number, which have 32 bits, and one for the type.
    definitions.append(addingCapacity: 21 + 10 * names.count) { [labels, family] output in
      Varint.append(id.rawValue, to: &output)
      output.append(metadata.type.rawValue)
      Varint.append(family.help, to: &output)
      Varint.append(family.unit, to: &output)
      Varint.append(UInt32(names.count), to: &output)
      for place in names.indices {
        Varint.append(labels[place].nameNumber, to: &output)
        Varint.append(labels[place].valueNumber, to: &output)
      }
    }
  }

  /// Makes `labels` those of a series with these symbols.
  private static func number(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ labels: inout [Label], _ texts: inout RecordTexts
  ) {
    while labels.count < names.count {
      labels.append(Label(name: none, value: none, nameNumber: 0, valueNumber: 0))
    }
    var labels = labels.mutableSpan
    for place in names.indices {
      if labels[place].name != names[place] {
        labels[place].name = names[place]
        labels[place].nameNumber = texts.number(of: names[place])
      }
      if labels[place].value != values[place] {
        labels[place].value = values[place]
        labels[place].valueNumber = texts.number(of: values[place])
      }
    }
  }
}
