import MetricModel

/// The metric families of one target's page: what `# TYPE`, `# HELP` and `# UNIT` said last.
struct FamilyCatalogue {
  private struct Family {
    var metadata: MetricMetadata
    var firstSeen: UInt32
    var lastSeen: UInt32
  }

  /// How many scrapes a family is remembered after its lines vanished.
  private static let scrapesKept: UInt32 = 10

  private var families: [String: Family] = [:]
  /// Set when metadata of a family that was known already changed.
  private(set) var hasChanged = false
  /// Rises with every change, new families and forgotten ones included.
  private(set) var revision = 0

  var all: [(name: String, metadata: MetricMetadata)] { families.map { ($0.key, $0.value.metadata) } }

  mutating func update(_ name: ArraySlice<UInt8>, scrape: UInt32, _ change: (inout MetricMetadata) -> Void) {
    let name = String(decoding: name, as: UTF8.self)
    guard var family = families[name] else {
      var metadata = MetricMetadata.none
      change(&metadata)
      families[name] = Family(metadata: metadata, firstSeen: scrape, lastSeen: scrape)
      revision += 1
      return
    }
    let before = family.metadata
    change(&family.metadata)
    // The lines of a new family arrive one by one; only a change to what an earlier scrape knew is a change.
    if family.metadata != before {
      revision += 1
      if family.firstSeen != scrape { hasChanged = true }
    }
    family.lastSeen = scrape
    families[name] = family
  }

  /// The metadata of the family that a series called `name` belongs to, by its own name or without a suffix that its
  /// family's type gives to its series.
  func metadata(ofSeries name: String) -> MetricMetadata {
    if let family = families[name] { return family.metadata }
    for suffix in Self.suffixes where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count {
      if let family = families[String(name.dropLast(suffix.count))] { return family.metadata }
    }
    return .none
  }

  private static let suffixes = ["_total", "_bucket", "_sum", "_count", "_created", "_gcount", "_gsum", "_info"]

  /// Ends a scrape: forgets families that have been gone for long.
  mutating func endScrape(_ scrape: UInt32) {
    hasChanged = false
    for (name, family) in families where scrape &- family.lastSeen > Self.scrapesKept {
      families.removeValue(forKey: name)
      revision += 1
    }
  }
}
