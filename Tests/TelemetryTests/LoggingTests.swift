import Logging
import Synchronization
import Testing

@testable import Telemetry

/// Keeps the lines that a logger writes.
private final class LineBox: Sendable {
  private let lines = Mutex<[String]>([])
  func append(_ bytes: [UInt8]) { lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
  var all: [String] { lines.withLock { $0 } }
}

private func logger(_ format: LogFormat, level: LogLevel = .info, into box: LineBox) -> Logger {
  Logger(label: "test") { _ in
    LineLogHandler(
      logLevel: level.loggerLevel, format: format, now: { .milliseconds(1_772_366_400_250) }, write: box.append)
  }
}

@Suite("The log")
struct LoggingTests {
  @Test("A line in logfmt has time, level, source, message and then the fields by key")
  func logfmt() {
    let box = LineBox()
    logger(.logfmt, into: box).warning(
      "Failed to send batch", metadata: ["url": "http://h/?a=b", "count": "3"], file: "dir/Sender.swift", line: 12)
    #expect(
      box.all == [
        "time=2026-03-01T12:00:00.250Z level=WARN source=Sender.swift:12 msg=\"Failed to send batch\" count=3 "
          + "url=\"http://h/?a=b\"\n"
      ])
  }

  @Test("A line in JSON has the same parts")
  func json() {
    let box = LineBox()
    logger(.json, into: box).error("a \"b\"\n\u{1}", metadata: ["k": "ż"], file: "S.swift", line: 1)
    #expect(
      box.all == [
        #"{"time":"2026-03-01T12:00:00.250Z","level":"ERROR","source":"S.swift:1","msg":"a \"b\"\n\u0001","k":"ż"}"#
          + "\n"
      ])
  }

  @Test(
    "What would break a line of logfmt is quoted or replaced",
    arguments: [
      ("", #"k="""#), ("plain", "k=plain"), ("a b", #"k="a b""#), ("a\nb", #"k="a\nb""#), ("a=b", #"k="a=b""#),
      ("\u{7f}", #"k="\u007f""#), ("żółć", "k=żółć"),
    ])
  func quoting(value: String, expected: String) {
    let line = LogLine(time: .zero, level: "INFO", source: "s", message: "m", fields: [("k", value), ("a b=c", "1")])
    let text = String(decoding: line.rendered(as: .logfmt), as: UTF8.self)
    #expect(text == "time=1970-01-01T00:00:00.000Z level=INFO source=s msg=m \(expected) a_b_c=1\n")
  }

  @Test(
    "A level says what is at least as grave",
    arguments: [
      (LogLevel.debug, 4), (.info, 3), (.warn, 2), (.error, 1),
    ])
  func levels(level: LogLevel, expectedCount: Int) {
    let box = LineBox()
    let logger = logger(.logfmt, level: level, into: box)
    logger.debug("d")
    logger.info("i")
    logger.warning("w")
    logger.error("e")
    #expect(box.all.count == expectedCount)
  }

  @Test("Fields of the logger and of the call come together, the call's prevail")
  func mergedFields() {
    let box = LineBox()
    var logger = logger(.logfmt, into: box)
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info("m", metadata: ["b": "call"], file: "f", line: 1)
    #expect(box.all[0].hasSuffix("msg=m a=logger b=call\n"))
  }

  @Test(
    "A time is written as its date in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func timestamps(milliseconds: Int64, expected: String) {
    #expect(timestampText(.milliseconds(milliseconds)) == expected)
  }
}

@Suite("Rate-limited notices")
struct RateLimitedNoticesTests {
  private let start = ContinuousClock.now

  @Test("The first is said, those within the interval are counted, and the next tells how many")
  func interval() {
    var notices = RateLimitedNotices<String>(interval: .seconds(10))
    #expect(notices.consider("a", at: start) == .say(suppressedCount: 0))
    #expect(notices.consider("a", at: start + .seconds(1)) == .keepQuiet)
    #expect(notices.consider("b", at: start + .seconds(1)) == .say(suppressedCount: 0))
    #expect(notices.consider("a", at: start + .milliseconds(9_999)) == .keepQuiet)
    #expect(notices.consider("a", at: start + .seconds(10)) == .say(suppressedCount: 2))
    #expect(notices.consider("a", at: start + .seconds(11)) == .keepQuiet)
  }

  @Test("A forgotten key is said at once")
  func forgetting() {
    var notices = RateLimitedNotices<String>(interval: .seconds(10))
    _ = notices.consider("a", at: start)
    notices.forget("a")
    #expect(notices.consider("a", at: start + .seconds(1)) == .say(suppressedCount: 0))
  }

  @Test("Beyond the bound the key said longest ago makes room")
  func bound() {
    var notices = RateLimitedNotices<Int>(interval: .seconds(100), keysMax: 2)
    for key in 0..<3 { _ = notices.consider(key, at: start + .seconds(key)) }
    #expect(notices.consider(1, at: start + .seconds(4)) == .keepQuiet)
    #expect(notices.consider(2, at: start + .seconds(4)) == .keepQuiet)
    #expect(notices.consider(0, at: start + .seconds(4)) == .say(suppressedCount: 0))
  }
}
