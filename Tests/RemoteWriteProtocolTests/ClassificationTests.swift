import Testing

@testable import RemoteWriteProtocol

/// A line of the table: what was answered, and what it means. The rules are the sender's checklist, S7 to S16.
struct AnswerCase: Sendable, CustomTestStringConvertible {
  var rule: String
  var version = WriteMessageVersion.v2
  var status: Int
  var written: [String?] = [nil, nil, nil]
  var body = ""
  var retryAfter: String?
  var retryOnRateLimit = true
  var sent = WriteCounts(samples: 5, histograms: 0, exemplars: 1)
  var verdict: WriteVerdict

  var testDescription: String { rule }

  func response() -> WriteResponse {
    // 2024-01-01 00:00:00.
    var response = WriteResponse(status: status, bodyPrefix: Array(body.utf8)[...], receivedAtSeconds: 1_704_067_200)
    response.retryAfter = retryAfter
    (response.samplesWritten, response.histogramsWritten, response.exemplarsWritten) =
      (written[0], written[1], written[2])
    return response
  }
}

@Suite("Classification of answers")
struct ClassificationTests {
  static let all = WriteCounts(samples: 5, histograms: 0, exemplars: 1)

  static let cases: [AnswerCase] = [
    AnswerCase(
      rule: "S7: the body of a 2xx is ignored", version: .v1, status: 200, body: "error: everything is lost",
      verdict: .accepted(written: nil)),
    AnswerCase(
      rule: "S7: the body of a 2xx is ignored in 2.0", status: 204, written: ["5", "0", "1"], body: "oh no",
      verdict: .accepted(written: all)),
    AnswerCase(
      rule: "S8: 200 to 299 are all successes", version: .v1, status: 299, verdict: .accepted(written: nil)),
    AnswerCase(
      rule: "S8: 400 is final", version: .v1, status: 400, body: "out of order",
      verdict: .refused(status: 400, message: "out of order")),
    AnswerCase(rule: "S8: 401 is final", status: 401, verdict: .refused(status: 401, message: "")),
    AnswerCase(rule: "S8: 404 is final", status: 404, verdict: .refused(status: 404, message: "")),
    AnswerCase(
      rule: "S8: a 4xx is final even with Retry-After", status: 422, retryAfter: "5",
      verdict: .refused(status: 422, message: "")),
    AnswerCase(
      rule: "S8: 413 is about the size, even with Retry-After", status: 413, body: "too big", retryAfter: "5",
      verdict: .tooLarge(message: "too big")),
    AnswerCase(
      rule: "S8: 413 is about the size in 1.0", version: .v1, status: 413, verdict: .tooLarge(message: "")),
    AnswerCase(
      rule: "S15: 413 of which a part was written is a partial refusal", status: 413, written: ["3", nil, nil],
      verdict: .partiallyRefused(status: 413, written: WriteCounts(samples: 3), message: "")),
    AnswerCase(
      rule: "S8: 415 is final for this message", status: 415, body: "v1 only",
      verdict: .unsupported(message: "v1 only")),
    AnswerCase(rule: "S9: 500 is retried", status: 500, verdict: .retryable(after: nil, message: "")),
    AnswerCase(rule: "S9: 503 is retried", status: 503, body: "busy", verdict: .retryable(after: nil, message: "busy")),
    AnswerCase(
      rule: "S9: 599 is retried, all of it, whatever was written", status: 599, written: ["3", "0", "0"],
      verdict: .retryable(after: nil, message: "")),
    AnswerCase(
      rule: "S10: Retry-After in seconds is honoured", status: 503, retryAfter: "7",
      verdict: .retryable(after: .seconds(7), message: "")),
    AnswerCase(
      rule: "S10: Retry-After as a date is honoured", status: 503, retryAfter: "Mon, 01 Jan 2024 00:00:30 GMT",
      verdict: .retryable(after: .seconds(30), message: "")),
    AnswerCase(
      rule: "S10: a past date is ignored", status: 503, retryAfter: "Sun, 31 Dec 2023 23:59:59 GMT",
      verdict: .retryable(after: nil, message: "")),
    AnswerCase(
      rule: "S10: a negative time is ignored", status: 503, retryAfter: "-5",
      verdict: .retryable(after: nil, message: "")),
    AnswerCase(
      rule: "S10: a long time is capped", status: 503, retryAfter: "86400",
      verdict: .retryable(after: .seconds(300), message: "")),
    AnswerCase(
      rule: "S10: a time beyond all integers is capped", status: 503, retryAfter: "99999999999999999999999",
      verdict: .retryable(after: .seconds(300), message: "")),
    AnswerCase(
      rule: "S10: 429 is retried where it is asked for", status: 429, retryAfter: "2",
      verdict: .retryable(after: .seconds(2), message: "")),
    AnswerCase(
      rule: "S10: 429 is final where it is not", status: 429, body: "slow down", retryOnRateLimit: false,
      verdict: .refused(status: 429, message: "slow down")),
    AnswerCase(
      rule: "S11: the body is quoted as it is and changes nothing", status: 400, body: "please retry: 503\n",
      verdict: .refused(status: 400, message: "please retry: 503\n")),
    AnswerCase(
      rule: "S12: after a 1.0 request, missing counts say nothing about the receiver", version: .v1, status: 204,
      verdict: .accepted(written: nil)),
    AnswerCase(
      rule: "S13: zero is not assumed from missing headers in 1.0", version: .v1, status: 400, body: "x",
      verdict: .refused(status: 400, message: "x")),
    AnswerCase(
      rule: "S15: counts on a 4xx make it a partial refusal", status: 400, written: ["3", nil, nil], body: "2 late",
      verdict: .partiallyRefused(status: 400, written: WriteCounts(samples: 3), message: "2 late")),
    AnswerCase(
      rule: "S15: counts that are not numbers are ignored", status: 400,
      written: ["+3", "3x", "99999999999999999999"], verdict: .refused(status: 400, message: "")),
    AnswerCase(
      rule: "S15: fewer counts on a 2xx make it a partial refusal", status: 200, written: ["4", nil, "1"],
      verdict: .partiallyRefused(
        status: 200, written: WriteCounts(samples: 4, exemplars: 1),
        message: "the receiver answered 200 and says it wrote 4 of 5 samples and 0 of 0 histograms")),
    AnswerCase(
      rule: "S15: a count that is missing beside another one is zero", status: 204, written: ["5", nil, nil],
      sent: WriteCounts(samples: 5, histograms: 2),
      verdict: .partiallyRefused(
        status: 204, written: WriteCounts(samples: 5),
        message: "the receiver answered 204 and says it wrote 5 of 5 samples and 0 of 2 histograms")),
    AnswerCase(
      rule: "S15: more counts than were sent are passed on", status: 200, written: ["99", nil, nil],
      verdict: .accepted(written: WriteCounts(samples: 99))),
    AnswerCase(
      rule: "S15: fewer exemplars do not make a 2xx a refusal", status: 200, written: ["5", nil, "0"],
      verdict: .accepted(written: WriteCounts(samples: 5))),
    AnswerCase(
      rule: "S15: fewer counts on a 2xx to 1.0 mean nothing", version: .v1, status: 200, written: ["4", nil, nil],
      verdict: .accepted(written: WriteCounts(samples: 4))),
    AnswerCase(
      rule: "S15: a 2xx that says nothing was written is no success", status: 200, written: ["0", "0", "0"],
      verdict: .refused(status: 200, message: "the receiver answered 200 and says it wrote nothing")),
    AnswerCase(
      rule: "S14: an empty 2.0 request needs no counts", status: 204, sent: WriteCounts(),
      verdict: .accepted(written: nil)),
    AnswerCase(
      rule: "S16: a 400 to a 2.0 request without counts names its status", status: 400, body: "snappy",
      verdict: .refused(status: 400, message: "snappy")),
    AnswerCase(rule: "A redirect not followed is final", status: 302, verdict: .refused(status: 302, message: "")),
    AnswerCase(rule: "No final status is final", status: 101, verdict: .refused(status: 101, message: "")),
  ]

  @Test("Each answer means one thing", arguments: cases)
  func table(answer: AnswerCase) {
    let verdict = WriteVerdict(
      answer.response(), to: answer.version, sent: answer.sent,
      policy: ClassificationPolicy(retryOnRateLimit: answer.retryOnRateLimit))
    #expect(verdict == answer.verdict)
  }

  @Test("S14: a 2xx to a 2.0 request without any count is taken for 415")
  func missingCounts() {
    let verdict = WriteVerdict(
      WriteResponse(status: 204), to: .v2, sent: Self.all, policy: ClassificationPolicy(retryOnRateLimit: true))
    guard case .unsupported = verdict else {
      Issue.record("\(verdict)")
      return
    }
  }

  @Test("S11: at most 1 KiB of the body is quoted, and no character is cut in two", arguments: 0..<8)
  func longBody(padding: Int) {
    let body = String(repeating: "x", count: padding) + String(repeating: "😀ż", count: 400)
    let verdict = WriteVerdict(
      WriteResponse(status: 400, bodyPrefix: Array(body.utf8)[...]), to: .v1, sent: Self.all,
      policy: ClassificationPolicy(retryOnRateLimit: true))
    guard case .refused(400, let message) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(body.hasPrefix(message))
    #expect((1021...1024).contains(message.utf8.count))
  }

  @Test(
    "The three forms of a date name the same second",
    arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
  func dates(text: String) {
    #expect(RetryAfter.dateSeconds(text, nowSeconds: 1_704_067_200) == 784_111_777)
  }

  @Test(
    "What is no date is ignored",
    arguments: [
      "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "", "0", "٣",
    ])
  func noDates(text: String) {
    #expect(RetryAfter.delay(text, atSeconds: 0) == nil)
  }

  @Test(
    "Leap days and ends of years are counted",
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800),
      ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200), ("Sat, 31 Dec 2100 23:59:59 GMT", 4_133_980_799),
    ] as [(String, Int64)])
  func calendar(text: String, seconds: Int64) {
    #expect(RetryAfter.dateSeconds(text, nowSeconds: 0) == seconds)
  }
}
