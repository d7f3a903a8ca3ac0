public import MetricModel

/// The request by which Remote Write 1.0 says what metric families are; 2.0 says it with each series.
public enum MetadataRequest {
  /// The uncompressed body of a 1.0 request with this metadata and no samples.
  ///
  /// - Complexity: linear in the text.
  public static func encode(_ families: [(familyName: String, metadata: MetricMetadata)]) -> [UInt8] {
    var buffer = WireBuffer()
    for family in families {
      let name = ArraySlice(family.familyName.utf8)
      let help = ArraySlice(family.metadata.help.utf8)
      let unit = ArraySlice(family.metadata.unit.utf8)
      buffer.write(room: 64 + name.count + help.count + unit.count) { writer in
        let start = writer.openField(0x1a, width: 1)
        writer.varint(0x08, UInt64(family.metadata.type.rawValue))
        writer.text(0x12, name)
        if !help.isEmpty { writer.text(0x22, help) }
        if !unit.isEmpty { writer.text(0x2a, unit) }
        writer.closeField(at: start, width: 1)
      }
    }
    return Array(buffer.bytes)
  }
}
