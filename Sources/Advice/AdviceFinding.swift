/// What can be said about a folder beside which way fits. The raw value is the stable id of the finding.
enum AdviceFinding: String, CaseIterable {
  /// Nothing in the folder is about metrics, so nothing is recommended.
  case noEvidence = "GW801"
  /// The evidence does not decide: too little of it, or two ways stand too close. Nothing is recommended.
  case undecided = "GW802"
  /// Parts of the folder need different ways: a service here, a job there.
  case partsDiffer = "GW803"
  /// A program that keeps running pushes to a Pushgateway. Its `up` says nothing any more, and what it pushed stays when
  /// it is gone; it should be scraped.
  case serviceAtGateway = "GW804"
  /// A Pushgateway or another server is scraped without `honor_labels`, so the labels of what was pushed or federated
  /// are moved to `exported_job` and `exported_instance`.
  case labelsNotHonoured = "GW805"
  /// Federation selects every series. It is a scrape: one huge page, and each one that fails is a gap for good.
  case federatesEverything = "GW806"
  /// Rules stand beside an agent. Agent mode evaluates no rules and sends no alerts.
  case rulesInAgent = "GW807"
  /// The same program is scraped and pushes OTLP, so that each metric may arrive twice under two names.
  case measuredTwice = "GW808"
  /// A bound was reached, so a part of the folder was not read.
  case cutShort = "GW809"
  /// A file that could have said something could not be read.
  case unreadFile = "GW810"
}
