import ArgumentParser

/// What an agent has to carry, for what is sized by it.
struct CarriedLoad: ParsableArguments {
  @Option(help: "Samples a second of one agent: 50000, 50k, 1.5M.")
  var rate: String?

  @Option(help: "How often targets are scraped.")
  var interval = "15s"

  @Option(help: "For how long an endpoint may be away without losing samples; 6h is planned with.")
  var outage: String?

  /// - Throws: where it is not given: nothing can be sized without it.
  var samplesPerSecond: Int {
    get throws {
      try FlagValue.required(
        try FlagValue.rate(rate), "--rate, samples a second", "memory and disk depend on the rate")
    }
  }

  var scrapeInterval: Duration? { get throws { try FlagValue.duration(interval, "--interval") } }
  var outageToSurvive: Duration? { get throws { try FlagValue.duration(outage, "--outage") } }
}
