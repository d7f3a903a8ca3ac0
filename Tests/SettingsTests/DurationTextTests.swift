import Settings
import Testing

@Suite("Durations as text")
struct DurationTextTests {
  @Test(
    "Durations are read and written as in a configuration file",
    arguments: [
      ("0s", 0), ("1ms", 1), ("1m30s", 90_000), ("15s", 15_000), ("1h30m", 5_400_000), ("90d", 7_776_000_000),
      ("1w", 604_800_000), ("1y", 31_536_000_000), ("1d1ms", 86_400_001), ("1s500ms", 1_500),
    ])
  func roundTrip(text: String, milliseconds: Int) throws {
    #expect(try DurationText.parse(text) == .milliseconds(milliseconds))
    #expect(DurationText.format(.milliseconds(milliseconds)) == text)
  }

  @Test(
    "Other spellings of the same are read",
    arguments: [
      ("0", 0), ("90s", 90_000), ("100ms", 100), ("2w1d", 1_296_000_000), ("007s", 7_000),
    ])
  func read(text: String, milliseconds: Int) throws {
    #expect(try DurationText.parse(text) == .milliseconds(milliseconds))
  }

  @Test(
    "What is no duration is refused",
    arguments: [
      "", "1", "s", "1s1m", "1s1s", "-1s", "+1s", "1.5s", "1 s", "1S", "1us", "300y", "99999999999999999999s", "1m30",
    ])
  func refused(text: String) {
    #expect(throws: DurationText.Problem.self) { try DurationText.parse(text) }
  }
}
