import MetricModel
import Settings

/// The URL of a target, encoded as the reference does it: byte for byte what exporters have always been asked.
enum TargetURL {
  /// - Parameter parameters: the job's, sorted by name. The first value of each is what the label `__param_<name>`
  ///   says, further ones stay; a label without such a parameter adds one.
  static func text(scheme: String, address: String, labels: LabelSet, parameters: [QueryParameter]) -> String {
    var path = labels[InternalLabel.metricsPath] ?? ""
    if !path.isEmpty && !path.utf8.starts(with: "/".utf8) { path = "/" + path }
    let query = query(labels: labels, parameters: parameters)
    return "\(scheme)://\(address)" + escape(path, keeping: pathMarks, spaceAsPlus: false)
      + (query.isEmpty ? "" : "?" + query)
  }

  private static func query(labels: LabelSet, parameters: [QueryParameter]) -> String {
    var values = parameters.filter { !$0.values.isEmpty }
    let prefix = Array(InternalLabel.parameterPrefix.utf8)
    for index in 0..<labels.count where labels.name(at: index).starts(with: prefix) {
      let name = String(decoding: labels.name(at: index).dropFirst(prefix.count), as: UTF8.self)
      let value = String(decoding: labels.value(at: index), as: UTF8.self)
      if let known = values.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        values[known].values[0] = value
      } else {
        values.append(QueryParameter(name: name, values: [value]))
      }
    }
    values.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return values.flatMap { parameter in
      parameter.values.map { encodedField(parameter.name) + "=" + encodedField($0) }
    }.joined(separator: "&")
  }

  private static let pathMarks = Array("-_.~$&+,/:;=@".utf8)
  private static let fieldMarks = Array("-_.~".utf8)

  private static func encodedField(_ text: String) -> String { escape(text, keeping: fieldMarks, spaceAsPlus: true) }

  private static func escape(_ text: String, keeping marks: [UInt8], spaceAsPlus: Bool) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: result.append(byte)
      case _ where marks.contains(byte): result.append(byte)
      case 0x20 where spaceAsPlus: result.append(UInt8(ascii: "+"))
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
