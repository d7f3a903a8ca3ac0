/// Why a scrape brought nothing: the target is `up 0` and all its series end.
public struct ScrapeFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The target could not be reached or did not answer in time.
    case unreachable
    /// The answer was not 200, or of a type that is not an exposition.
    case answer
    case bodyLimit
    case sampleLimit
    case targetLimit
    /// The page breaks the format.
    case page
    /// A series left without a name, or with one that is not allowed.
    case labels
    /// One of the limits on labels.
    case labelLimit
    /// A native histogram has more buckets than allowed.
    case bucketLimit
    /// The log takes no samples now.
    case log
    /// The page's samples are more than the log takes at once.
    case batch
    /// The clock went back: what is scraped now would come before what was scraped already.
    case clock
  }

  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
