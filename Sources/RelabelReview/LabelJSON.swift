import MetricModel

/// Writes labels as JSON in bytes, for answers that hold one object for each of millions of series.
enum LabelJSON {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Appends `{"keep":true,"labels":{…}}`.
  static func append(keep: Bool, _ labels: LabelSet, to json: inout [UInt8]) {
    json.append(contentsOf: (keep ? "{\"keep\":true,\"labels\":" : "{\"keep\":false,\"labels\":").utf8)
    append(labels, to: &json)
    json.append(UInt8(ascii: "}"))
  }

  static func append(_ labels: LabelSet, to json: inout [UInt8]) {
    json.append(UInt8(ascii: "{"))
    for index in 0..<labels.count {
      if index > 0 { json.append(UInt8(ascii: ",")) }
      append(labels.name(at: index), to: &json)
      json.append(UInt8(ascii: ":"))
      append(labels.value(at: index), to: &json)
    }
    json.append(UInt8(ascii: "}"))
  }

  private static func append(_ text: ArraySlice<UInt8>, to json: inout [UInt8]) {
    json.append(UInt8(ascii: "\""))
    if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != 0x7f }) {
      json.append(contentsOf: text)
    } else {
      for byte in text { append(byte, to: &json) }
    }
    json.append(UInt8(ascii: "\""))
  }

  private static func append(_ byte: UInt8, to json: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): json += Array("\\n".utf8)
    case ..<0x20, 0x7f:
      json += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: json.append(byte)
    }
  }
}
