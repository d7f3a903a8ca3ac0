import Diagnostics
import Settings

extension ConfigurationGenerator {
  /// What there is to say about what was asked for; nothing of it is an error.
  var findings: [Finding] {
    address.findings + ofBackend + ofLabels + ofQueue + ofOutage
  }

  private var ofBackend: [Finding] {
    let profile = request.backend
    var findings: [Finding] = []
    if let caution = profile.caution {
      findings.append(
        GenerationFinding.doubtfulBackend.warning(
          "there is a doubt about \(profile.title)", why: caution,
          fix: "see \(profile.sources.first ?? "its manual")"))
    }
    if !profile.authentications.contains(authenticationKind) {
      findings.append(
        GenerationFinding.unusualAuthentication.warning(
          "\(profile.title) is not known to take \(authenticationKind.rawValue)",
          why:
            "A request that does not say who writes in the expected way is answered 401 or 403, and refused for good.",
          fix: "use --auth \(profile.authentications.map(\.rawValue).joined(separator: " or "))"))
    }
    if !profile.messages.contains(message) {
      findings.append(
        GenerationFinding.unusualMessage.warning(
          "\(profile.title) is not known to take \(message.rawValue)",
          why: "It may answer 415, or take the request and store nothing.",
          fix: "leave --message out unless you know better"))
    }
    if let tenant = profile.tenant, tenant.isRequired, request.pieces["tenant"] == nil {
      findings.append(
        GenerationFinding.tenantMissing.warning(
          "nothing says whose samples they are", why: "\(profile.title): \(tenant.about).",
          fix: "give --tenant, unless a gateway sets \(tenant.header)"))
    }
    return findings
  }

  private var ofLabels: [Finding] {
    var findings: [Finding] = []
    if request.cluster == nil && request.replica == nil {
      findings.append(
        GenerationFinding.externalLabelsMissing.information(
          "no external labels", why: "Another agent's series of the same targets would be taken for these.",
          fix: "give --cluster, and --replica where two agents read the same targets"))
    }
    if request.freshFirst && !request.backend.acceptsOutOfOrder {
      findings.append(
        GenerationFinding.outOfOrder.warning(
          "\(request.backend.title) is not known to take samples out of order",
          why: "After an outage the backlog arrives behind newer samples and may be refused for good.",
          fix: "leave --fresh-first out, or allow it there first"))
    }
    return findings
  }

  private var ofQueue: [Finding] {
    guard let plan else {
      let latency = Quantity.seconds(request.latency ?? ConfigurationRequest.latencyDefault)
      let carried = 50 * Double(batch) / max(0.001, latency)
      return [
        GenerationFinding.rateUnknown.information(
          "the queue was left at its defaults, as no rate was named",
          why: "50 shards × \(Quantity.grouped(batch)) samples ÷ \(Quantity.short(latency)) s carry "
            + "\(Quantity.short(carried)) samples/s at most.",
          fix: "give --rate")
      ]
    }
    var findings: [Finding] = []
    if !plan.carriesRate {
      findings.append(
        GenerationFinding.rateTooHigh.warning(
          "\(plan.maxShards) shards hardly carry \(Quantity.grouped(plan.load.rate)) samples/s",
          why: "\(Quantity.short(plan.needed)) are busy all the time, and a backlog never shrinks.",
          fix: "bring the endpoint nearer, share the targets among agents, or drop series"))
    }
    if !plan.fitsIntoMemory {
      findings.append(
        GenerationFinding.memoryTooSmall.warning(
          "\(Quantity.size(plan.memoryBytes)) may wait in the shards, more than a third of the memory",
          why: "The program may be ended for its memory when the endpoint is slow.",
          fix: "give --memory \(Quantity.size(plan.memoryBytes / QueuePlan.memoryShare)) or more"))
    }
    if let most = request.backend.rateMax, plan.load.rate > most {
      findings.append(
        GenerationFinding.rateAboveLimit.warning(
          "\(request.backend.title) takes \(Quantity.grouped(most)) samples/s before its limit is raised",
          why: "Above it answers 429, and the backlog grows for as long as the rate stays.",
          fix: "have the limit raised to \(Quantity.grouped(plan.load.rate)) and room to catch up, or send less"))
    }
    return findings
  }

  private var ofOutage: [Finding] {
    guard let outage = request.outage else { return [] }
    var findings: [Finding] = []
    if let most = request.backend.ageMax, outage > most {
      findings.append(
        GenerationFinding.outageTooLong.warning(
          "\(request.backend.title) takes no sample older than \(DurationText.format(most))",
          why: "What has waited longer is lost whatever the log holds.",
          fix: "plan with --outage \(DurationText.format(most))"))
    }
    if !request.consumer.isGodwit && outage >= .seconds(2 * 3_600) {
      findings.append(
        GenerationFinding.outageTooLong.warning(
          "Prometheus does not keep samples for \(DurationText.format(outage)) until they are sent",
          why: "It cuts its write-ahead log about every two hours, sent or not, and begins at now after a restart.",
          fix: "use --for godwit, whose log waits for the endpoint"))
    }
    return findings
  }
}
