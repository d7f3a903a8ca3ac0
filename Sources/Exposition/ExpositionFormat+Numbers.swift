/// Values and timestamps where they stand in a line.
extension ExpositionFormat {
  /// The number that begins at `start` and what follows it: a blank, a brace, a newline, a NUL or the end.
  @inline(__always)
  func number(
    _ bytes: Span<UInt8>, from start: Int, expecting expected: StaticString
  ) throws(ExpositionError) -> (value: Double, end: Int) {
    let short = ShortDecimal.prefix(of: bytes, from: start)
    if short.end > start { return (short.value, short.end) }
    let quick = DecimalNumber.prefix(of: bytes, from: start)
    let separator = bytes.byte(at: quick.end)
    // Both formats end a number at a space and at a newline; what else ends it is left to the slower reader.
    if quick.end > start, separator == Byte.space || separator == Byte.newline { return (quick.value, quick.end) }
    return try unusualNumber(bytes, from: start, expecting: expected)
  }

  @inline(never)
  private func unusualNumber(
    _ bytes: Span<UInt8>, from start: Int, expecting expected: StaticString
  ) throws(ExpositionError) -> (value: Double, end: Int) {
    var end = start
    while !endsNumber(bytes.byte(at: end)) { end += 1 }
    guard end > start else { throw ExpositionError(bytes, at: start, expected: expected.description) }
    do {
      return (try DecimalNumber.value(of: start..<end, in: bytes), end)
    } catch {
      let bound = error == .range ? " that a float64 can hold" : ""
      throw ExpositionError(bytes, at: start, expected: expected.description + bound)
    }
  }

  @inline(__always)
  private func endsNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case Byte.space, Byte.newline, 0: true
    case Byte.tab, Byte.braceOpen: self == .prometheusText
    default: false
    }
  }

  /// A timestamp of Prometheus text in milliseconds, unsigned: the reference's reader knows no times before 1970.
  func milliseconds(_ bytes: Span<UInt8>, from start: Int) throws(ExpositionError) -> (value: Int64, end: Int) {
    var index = start
    var value: Int64 = 0
    while Byte.isDigit(bytes.byte(at: index)) {
      let (shifted, carry) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = shifted.addingReportingOverflow(Int64(bytes[index] &- 0x30))
      if carry || overflow { throw ExpositionError(bytes, at: start, expected: "a timestamp in 64 bits") }
      value = sum
      index += 1
    }
    guard index > start else {
      throw ExpositionError(bytes, at: start, expected: "a timestamp in milliseconds or the line's end")
    }
    return (value, index)
  }

  /// A timestamp of OpenMetrics in seconds, with a fraction or without, cut to milliseconds.
  func seconds(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(ExpositionError) -> (milliseconds: Int64, end: Int) {
    let (seconds, end) = try number(bytes, from: start, expecting: "a timestamp in seconds")
    guard seconds.isFinite else { throw ExpositionError(bytes, at: start, expected: "a finite timestamp") }
    // What 64 bits cannot hold becomes the least integer, as the reference's conversion makes it.
    return (Int64(exactly: (seconds * 1_000).rounded(.towardZero)) ?? .min, end)
  }
}
