import Foundation
import GodwitTesting
import Testing

@testable import Listening

@Suite("The date of answers")
struct AnswerDateTests {
  @Test("It is written as the specification's example")
  func example() {
    var date = AnswerDate()
    #expect(date.text(atSeconds: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(date.text(atSeconds: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    // The last day of a February that has one more, and the one behind it, in a year that ends a cycle.
    #expect(date.text(atSeconds: 951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
    #expect(date.text(atSeconds: 951_868_800) == "Wed, 01 Mar 2000 00:00:00 GMT")
    #expect(date.text(atSeconds: 4_107_542_399) == "Sun, 28 Feb 2100 23:59:59 GMT")
    #expect(date.text(atSeconds: 4_107_542_400) == "Mon, 01 Mar 2100 00:00:00 GMT")
  }

  @Test("It is what the system's calendar says", arguments: SeededRandom.seeds)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    var date = AnswerDate()
    for _ in 0..<200 {
      // Up to the year 9999, which is as far as four digits go.
      let seconds = Int.random(in: 0...253_402_300_799, using: &random)
      let wanted = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      #expect(date.text(atSeconds: seconds) == wanted, "seed \(seed)")
    }
  }
}
