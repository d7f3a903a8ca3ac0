extension Requirement {
  static let ofReceivers = [
    Requirement(
      "R1", .must, "Takes 2.0, and 1.0", "yes", "1.0 only", "2.0 experimental", "2.0 only", "1.0 only",
      "1.0 only"),
    Requirement("R2", .must, "Takes snappy", "yes", "yes", "yes", "yes", "yes", "yes"),
    Requirement(
      "R3", .must, "Content-Type says which message it is; what is unknown gets 415",
      "not after a blank", "no: 2.0 gets 204", "?", "?", "?", "?"),
    Requirement(
      "R4", .must, "2xx only if everything was written", "1.0 series with invalid labels are lost",
      "no: exemplars are dropped", "?", "?", "no: histograms and exemplars vanish", "?"),
    Requirement(
      "R5", .must, "400 with a reason for invalid samples; the valid rest may be written", "yes", "?", "?", "?",
      "?", "?"),
    Requirement(
      "R6", .must, "Counts of what was written, exact, in each answer to 2.0", "yes", "–", "?", "?", "–", "–"),
    Requirement(
      "R7", .must, "4xx other than 429 for what can never succeed; 429 and 5xx for what may", "yes", "?", "?",
      "?", "?", "?"),
    Requirement(
      "R8", .must, "A request sent again after 5xx or 429 does no harm", "rolled back", "?", "?", "?", "?",
      "?"),
    Requirement("R9", .must, "A start timestamp of 0 is none", "yes", "–", "?", "?", "–", "–"),
    Requirement("R10", .must, "Fields of later 2.x senders are passed over", "yes", "–", "?", "?", "–", "–"),
    Requirement(
      "R11", .may, "Any path; limits on labels", "one path", "two paths", "one path", "10 MiB a body", "?",
      "?"),
    Requirement(
      "R12", .may, "Superseded: answers name no version", "yes", "?", "?", "?", "?",
      "?"),
    Requirement("R13", .should, "Takes labels that are not sorted, and sorts them", "yes", "?", "?", "?", "?", "?"),
  ]
}
