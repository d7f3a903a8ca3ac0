import RemoteWriteProtocol
import Testing

@testable import Delivery

@Suite("The choice of the message")
struct MessageChoiceTests {
  private static let start = ContinuousClock.now

  @Test("An endpoint that is configured for 1.0 is sent 1.0, whatever it answers")
  func configured1() {
    var choice = MessageChoice(.v1)
    for word in [MessageChoice.Word.taken, .unsupported, .invalid, .refused, .nothing] {
      #expect(choice.hear(word, of: .v1, isTrial: false, at: Self.start) == .stands)
      #expect(choice.next(at: Self.start + .seconds(1_000_000)) == .v1)
    }
  }

  @Test("An endpoint that does not know 2.0 is sent 1.0, and 2.0 once an hour, by one of all shards")
  func retrial() {
    var choice = MessageChoice(.v2)
    #expect(choice.next(at: Self.start) == .v2)
    #expect(choice.hear(.unsupported, of: .v2, isTrial: false, at: Self.start) == .anew)
    #expect(choice.next(at: Self.start + .seconds(3599)) == .v1)
    for hour in 1...3 {
      let now = Self.start + .seconds(3600 * hour)
      #expect(choice.next(at: now) == .v2)
      #expect(choice.next(at: now) == .v1)
      // A 400 is as good as a 415 where 2.0 was not known before.
      #expect(choice.hear(hour % 2 == 0 ? .unsupported : .invalid, of: .v2, isTrial: false, at: now) == .anew)
      #expect(choice.current == .v1)
    }
    let later = Self.start + .seconds(3600 * 5)
    #expect(choice.next(at: later) == .v2)
    #expect(choice.hear(.taken, of: .v2, isTrial: false, at: later) == .stands)
    #expect(choice.next(at: later) == .v2)
  }

  @Test("A 400 is tried as 1.0 where 2.0 was never taken, and stands where it was")
  func invalid() {
    var choice = MessageChoice(.v2)
    #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start) == .onTrial)
    // Nothing is decided yet, and other shards may ask the same.
    #expect(choice.next(at: Self.start) == .v2)
    #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start) == .onTrial)
    #expect(choice.hear(.taken, of: .v1, isTrial: true, at: Self.start) == .stands)
    #expect(choice.current == .v1)

    choice = MessageChoice(.v2)
    _ = choice.hear(.taken, of: .v2, isTrial: false, at: Self.start)
    #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start) == .stands)
    #expect(choice.current == .v2)
  }

  @Test(
    "After a few trials that were refused too, for whatever reason, there is one a minute",
    arguments: [MessageChoice.Word.invalid, .unsupported, .refused])
  func refusedTrials(word: MessageChoice.Word) {
    var choice = MessageChoice(.v2)
    for _ in 0..<MessageChoice.trialsMax {
      #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start) == .onTrial)
      #expect(choice.hear(word, of: .v1, isTrial: true, at: Self.start) == .stands)
      #expect(choice.current == .v2)
    }
    #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start + .seconds(59)) == .stands)
    for minute in 1...3 {
      let now = Self.start + .seconds(60 * minute)
      #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: now) == .onTrial)
      // The other shards have none beside it.
      #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: now) == .stands)
      #expect(choice.hear(word, of: .v1, isTrial: true, at: now + .seconds(5)) == .stands)
      #expect(choice.current == .v2)
    }
    let later = Self.start + .seconds(1000)
    #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: later) == .onTrial)
    #expect(choice.hear(.taken, of: .v1, isTrial: true, at: later) == .stands)
    #expect(choice.current == .v1)
  }

  @Test("A trial that has no answer for good yet is no failed one")
  func openTrials() {
    var choice = MessageChoice(.v2)
    for _ in 0..<10 {
      #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start) == .onTrial)
      #expect(choice.hear(.nothing, of: .v1, isTrial: true, at: Self.start) == .stands)
    }
  }

  @Test("A trial that was under way while 2.0 was taken changes nothing")
  func lateTrial() {
    var choice = MessageChoice(.v2)
    #expect(choice.hear(.invalid, of: .v2, isTrial: false, at: Self.start) == .onTrial)
    _ = choice.hear(.taken, of: .v2, isTrial: false, at: Self.start)
    #expect(choice.hear(.taken, of: .v1, isTrial: true, at: Self.start) == .stands)
    #expect(choice.current == .v2)
  }

  @Test("An endpoint that took 2.0 and no longer knows it is sent 1.0")
  func downgrade() {
    var choice = MessageChoice(.v2)
    _ = choice.hear(.taken, of: .v2, isTrial: false, at: Self.start)
    #expect(choice.hear(.unsupported, of: .v2, isTrial: false, at: Self.start) == .anew)
    #expect(choice.next(at: Self.start) == .v1)
  }

  @Test("Trouble says nothing about the message")
  func trouble() {
    var choice = MessageChoice(.v2)
    #expect(choice.hear(.nothing, of: .v2, isTrial: false, at: Self.start) == .stands)
    #expect(choice == MessageChoice(.v2))
  }
}
