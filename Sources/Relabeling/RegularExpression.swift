import CRE2

/// An expression as a rule means it: all of the text has to match, and `.` matches a line break too.
///
/// The only place of this target that touches memory by pointers.
// Unchecked: the handle is written once, in `init`. RE2 documents matching by several threads at once as safe; the
// caches it fills while matching are behind its own locks.
@safe final class RegularExpression: @unchecked Sendable {
  private let handle: OpaquePointer
  /// The names of groups 0, 1, 2…; nil for the whole match and for a group without a name.
  let groupNames: [String?]

  /// RE2's own default, enough for nearly every rule. It bounds the cache of a running expression too.
  private static let memoryBytes: Int64 = 8 << 20
  /// For the few expressions that the reference's more compact programs hold and RE2's default does not.
  private static let memoryBytesForLarge: Int64 = 256 << 20

  init(_ source: String) throws(RegexRefusal) {
    // Wrapped before it is looked at: where brackets of the source do not pair, the reference sees the whole as well.
    let pattern = try RegexDialect.translated("^(?s:\(source))$".utf8Array)
    // The handle is ours alone until this initialiser ends; it is freed on each way out that does not keep it.
    var compiled = unsafe Self.compiled(pattern, memoryBytes: Self.memoryBytes)
    if unsafe godwit_re2_code_of(compiled) == GODWIT_RE2_TOO_LARGE {
      unsafe godwit_re2_free(compiled)
      unsafe compiled = Self.compiled(pattern, memoryBytes: Self.memoryBytesForLarge)
    }
    let code = unsafe godwit_re2_code_of(compiled)
    guard code == GODWIT_RE2_OK else {
      // The culprit is copied before what it points into is freed.
      var count = 0
      let culprit = unsafe Self.text(godwit_re2_culprit(compiled, &count), count: count)
      unsafe godwit_re2_free(compiled)
      throw RegexRefusal(Self.complaint(about: code), culprit: culprit ?? "")
    }
    var names: [String?] = [nil]
    // The handle is alive; the names of its groups are copied.
    let groupCount = unsafe godwit_re2_group_count(compiled)
    for index in 0..<groupCount {
      var count = 0
      names.append(unsafe Self.text(godwit_re2_group_name(compiled, index + 1, &count), count: count))
    }
    // From here on the handle is freed by `deinit`, and only there.
    unsafe handle = compiled
    groupNames = names
  }

  // Nothing refers to the handle any more, and `init` gave it away once.
  deinit { unsafe godwit_re2_free(handle) }

  /// Whether `text` matches. No allocation once RE2 has seen similar texts.
  func matches(_ text: Span<UInt8>) -> Bool {
    // The span keeps the bytes alive and unchanged for the length of the closure, and RE2 keeps nothing of them.
    unsafe text.withUnsafeBufferPointer { unsafe godwit_re2_matches(handle, $0.baseAddress, $0.count) }
  }

  func matches(_ text: [UInt8]) -> Bool { matches(text.span) }

  /// Finds the leftmost match at or after `start` and writes begin and end of it and of the groups into `groups`.
  ///
  /// - Parameter highestGroup: the last group asked for; fewer are cheaper.
  func find(in text: [UInt8], from start: Int = 0, highestGroup: Int, groups: inout [Int]) -> Bool {
    precondition(start <= text.count && highestGroup < groupNames.count)
    let pairCount = highestGroup + 1
    groups.removeAll(keepingCapacity: true)
    for _ in 0..<2 * pairCount { groups.append(-1) }
    // As above for the text; `groups` holds exactly the two offsets per pair that are written.
    return unsafe text.withUnsafeBufferPointer { bytes in
      unsafe groups.withUnsafeMutableBufferPointer { offsets in
        unsafe offsets.withMemoryRebound(to: Int64.self) {
          unsafe godwit_re2_find(handle, bytes.baseAddress, bytes.count, start, $0.baseAddress, pairCount)
        }
      }
    }
  }

  private static func compiled(_ pattern: [UInt8], memoryBytes: Int64) -> OpaquePointer {
    // RE2 copies the pattern, and the function never returns null.
    unsafe pattern.withUnsafeBufferPointer { unsafe godwit_re2_compile($0.baseAddress, $0.count, memoryBytes) }
  }

  private static func text(_ bytes: UnsafePointer<UInt8>?, count: Int) -> String? {
    // Only whether there is an address is asked here.
    guard let bytes = unsafe bytes else { return nil }
    // The bytes belong to the expression, which outlives this call.
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  private static func complaint(about code: godwit_re2_code) -> String {
    switch code {
    case GODWIT_RE2_BAD_ESCAPE: "invalid escape sequence"
    case GODWIT_RE2_BAD_CLASS: "invalid character class"
    case GODWIT_RE2_BAD_RANGE: "invalid character class range"
    case GODWIT_RE2_MISSING_BRACKET: "missing closing ]"
    case GODWIT_RE2_MISSING_PAREN: "missing closing )"
    case GODWIT_RE2_UNEXPECTED_PAREN: "unexpected )"
    case GODWIT_RE2_TRAILING_BACKSLASH: "trailing backslash at end of expression"
    case GODWIT_RE2_REPEAT_ARGUMENT: "missing argument to repetition operator"
    case GODWIT_RE2_REPEAT_SIZE: "invalid repeat count"
    case GODWIT_RE2_REPEAT_OPERATOR: "invalid nested repetition operator"
    case GODWIT_RE2_BAD_GROUP_SYNTAX: "invalid or unsupported Perl syntax"
    case GODWIT_RE2_BAD_UTF8: "invalid UTF-8"
    case GODWIT_RE2_BAD_GROUP_NAME: "invalid named capture"
    case GODWIT_RE2_TOO_LARGE: "expression too large"
    default: "internal error"
    }
  }
}
