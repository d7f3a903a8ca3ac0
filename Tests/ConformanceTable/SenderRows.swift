extension Requirement {
  static let ofSenders = [
    Requirement(
      "S1", .must, "HTTP POST, protobuf, snappy in its block form",
      "yes", "yes; tries zstd first", "yes", "yes", "yes", "yes"),
    Requirement(
      "S2", .must, "Sends 2.0, and 1.0 for compatibility", "yes", "1.0 only", "2.0 experimental",
      "2.0 behind a gate", "1.0 only", "1.0 only"),
    Requirement(
      "S3", .must, "Content-Encoding, Content-Type, version, User-Agent", "yes", "?", "yes", "?", "?", "set by hand"),
    Requirement(
      "S4", .must, "Content-Type in one of its three legal spellings", "yes", "?", "yes", "?", "?",
      "set by hand"),
    Requirement(
      "S5", .must, "The version header says 0.1.0 for 1.0, else the newest", "yes", "?", "yes", "?", "?",
      "set by hand"),
    Requirement(
      "S6", .must, "Reserved headers cannot be overridden; others can be added", "yes", "?", "yes", "?", "?",
      "no"),
    Requirement("S7", .must, "The body of a 2xx is ignored", "yes", "?", "yes", "?", "?", "?"),
    Requirement(
      "S8", .must, "2xx and 4xx other than 429 are not sent again", "yes", "400, 409, 415 only", "yes", "yes",
      "yes", "no, all but 2xx are"),
    Requirement("S9", .must, "5xx is sent again", "yes", "yes", "yes", "for 5 minutes", "yes", "yes"),
    Requirement(
      "S10", .must, "Backoff; Retry-After and 429 are honoured", "429 is a refusal by default", "yes", "yes",
      "no Retry-After; 429 is a refusal", "no Retry-After", "no Retry-After"),
    Requirement("S11", .must, "The text of an error is logged, never interpreted", "yes", "?", "yes", "?", "?", "?"),
    Requirement(
      "S12", .must, "The receiver's version is not derived from its answers", "yes", "?", "yes", "?", "–",
      "–"),
    Requirement(
      "S13", .must, "No counts in the answer to 1.0 does not mean nothing was written", "yes", "–", "yes", "?",
      "–", "–"),
    Requirement(
      "S14", .should, "A 2xx to 2.0 without counts is treated as 415", "the batch is lost", "–",
      "the batch is lost", "warns", "–", "–"),
    Requirement(
      "S15", .may, "Counts make the account of a partial write exact", "as statistics", "–", "as statistics",
      "?", "–", "–"),
    Requirement(
      "S16", .may, "Falls back to the other message by itself", "no", "only from zstd to snappy", "no", "no",
      "no", "no"),
    Requirement(
      "S17", .must, "Each series in the order of time, also across requests", "yes", "with one queue only",
      "yes", "with one consumer only", "with concurrency 1 only", "no"),
    Requirement("S18", .should, "Several series in a request", "yes", "yes", "yes", "yes", "yes", "yes"),
    Requirement("S19", .must, "Whole label sets: sorted, unique, nothing empty", "yes", "?", "yes", "?", "?", "?"),
    Requirement("S20", .must, "In 1.0 only names of the old character set", "?", "?", "?", "?", "?", "?"),
    Requirement(
      "S21", .must, "Symbols: the first empty, none twice, all references valid", "yes", "–", "yes", "yes",
      "–", "–"),
    Requirement(
      "S22", .must, "Each series has samples or histograms, never both, never neither",
      "no: exemplars alone", "–", "no: exemplars alone", "?", "–", "–"),
    Requirement(
      "S23", .should, "Metadata, exemplars and start timestamps", "exemplars; no metadata as an agent",
      "metadata", "exemplars; metadata experimental", "exemplars; metadata optional", "no", "no"),
    Requirement("S24", .must, "Each exemplar has a value and a time", "yes", "–", "yes", "?", "–", "–"),
    Requirement(
      "S25", .must, "Stale markers where a series ends, with their exact bits", "yes", "yes", "yes",
      "for what is scraped", "passed on", "?"),
    Requirement(
      "S26", .may, "Superseded: no empty 1.0 request comes before a newer message", "yes", "–", "yes", "?", "–", "–"),
  ]
}
