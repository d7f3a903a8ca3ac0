import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output: as a place where a picture is drawn over the last one, or as plain lines.
struct Screen {
  /// Whether someone looks at it who can be shown a moving picture.
  let isTerminal: Bool
  private var linesDrawn = 0

  init() {
    isTerminal = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Colours on a terminal, unless NO_COLOR is set to anything.
  var paint: Paint {
    let isUnwanted = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return Paint(isColoured: isTerminal && !isUnwanted)
  }

  /// Columns and rows; what every terminal has where it does not say.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Draws over the last picture. What does not fit below is left out, so that nothing scrolls.
  ///
  /// - Returns: whether anybody still takes it.
  mutating func draw(_ lines: [String]) -> Bool {
    let shown = lines.prefix(max(1, size.rows - 1))
    var text = "\u{1B}[?25l\r"
    if linesDrawn > 0 { text += "\u{1B}[\(linesDrawn)A" }
    for line in shown { text += line + "\u{1B}[K\n" }
    text += "\u{1B}[J"
    linesDrawn = shown.count
    return write(text)
  }

  /// Gives the cursor back. The last picture stays.
  mutating func finish() {
    if linesDrawn > 0 { _ = write("\r\u{1B}[K\u{1B}[?25h") }
    linesDrawn = 0
  }

  /// - Returns: whether anybody still takes it.
  @discardableResult
  func write(line: String) -> Bool { write(line + "\n") }

  private func write(_ text: String) -> Bool {
    (try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))) != nil
  }
}
