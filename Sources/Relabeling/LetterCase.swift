/// Upper or lower case by Unicode's *simple* mappings: one scalar becomes one scalar, whatever its neighbours.
///
/// `String.uppercased()` uses the full mappings ("ß" becomes "SS"), which would give other label values than
/// Prometheus does.
enum LetterCase: Sendable {
  case lower
  case upper

  /// Appends `text` in this case to `buffer`.
  func append(_ text: [UInt8], to buffer: inout [UInt8]) {
    buffer.reserveCapacity(buffer.count + text.count)
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x80 else {
        appendScalars(text[index...], to: &buffer)
        return
      }
      buffer.append(mapped(byte))
    }
  }

  private func mapped(_ byte: UInt8) -> UInt8 {
    switch self {
    case .lower: byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    case .upper: byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xdf : byte
    }
  }

  private func appendScalars(_ text: ArraySlice<UInt8>, to buffer: inout [UInt8]) {
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      buffer.append(contentsOf: mapped(scalar).utf8)
    }
  }

  func mapped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let full = self == .lower ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
    let scalars = full.unicodeScalars
    guard let first = scalars.first else { return scalar }
    if scalars.count == 1 { return isKnown(scalar) && isKnown(first) ? first : scalar }
    return self == .lower ? simpleLower(scalar) : simpleUpper(scalar)
  }

  /// Pairs that came to Unicode after version 15.0 are left alone, as the reference leaves them.
  private func isKnown(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return (age.major, age.minor) <= (15, 0)
  }

  /// The scalar whose full lower case has two scalars.
  private func simpleLower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar == "\u{130}" ? "i" : scalar
  }

  /// The scalars whose full upper case has more than one scalar: Greek with iota subscript has a title case form that
  /// is its simple upper case, the others have none.
  private func simpleUpper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let offset: UInt32 =
      switch scalar.value {
      case 0x1f80...0x1f87, 0x1f90...0x1f97, 0x1fa0...0x1fa7: 8
      case 0x1fb3, 0x1fc3, 0x1ff3: 9
      default: 0
      }
    return Unicode.Scalar(scalar.value + offset) ?? scalar
  }
}
