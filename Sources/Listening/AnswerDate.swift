/// The `Date` of answers, written out once a second.
struct AnswerDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private var seconds = Int.min
  private var text = ""

  /// - Parameter seconds: since the Unix epoch, and not before it.
  mutating func text(atSeconds seconds: Int) -> String {
    if seconds != self.seconds {
      self.seconds = seconds
      text = Self.written(max(0, seconds))
    }
    return text
  }

  private static func written(_ seconds: Int) -> String {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Years begin in March here, so that the day that comes every four years is the last of one. A cycle of the
    // calendar is 400 years of 146,097 days together, and 0000-03-01 is 719,468 days before the epoch.
    let (cycle, day) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
    let yearOfCycle = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    // From March to January months of 31 and 30 days repeat every five, 153 days.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = (monthFromMarch + 2) % 12
    let year = cycle * 400 + yearOfCycle + (month < 2 ? 1 : 0)
    let time = [rest / 3600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
    return "\(Self.days[days % 7]), \(twoDigits(dayOfMonth)) \(Self.months[month]) \(year) \(time) GMT"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
