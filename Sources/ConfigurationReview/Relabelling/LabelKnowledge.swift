/// What is known of labels by their names.
enum LabelKnowledge {
  /// Whether a label of this name has a value for each user, request or visitor.
  static func isUnbounded(_ name: String) -> Bool {
    let plain = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
    return unbounded.contains(plain)
  }

  /// Ids of traces, which belong into exemplars.
  static func isTrace(_ name: String) -> Bool {
    ["traceid", "spanid"].contains(name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." })
  }

  /// Without what separates words.
  private static let unbounded: Set<String> = [
    "userid", "uid", "username", "useremail", "email", "customerid", "clientid", "visitorid", "accountid", "sessionid",
    "session", "requestid", "reqid", "traceid", "spanid", "correlationid", "transactionid", "orderid", "messageid",
    "eventid", "deviceid", "uuid", "guid", "ip", "clientip", "remoteip", "sourceip", "remoteaddr", "clientaddr",
    "useragent", "phone", "phonenumber", "token",
  ]

  /// What histograms and summaries cannot do without.
  static let ofDistributions = ["le", "quantile"]

  /// What says whose series it is.
  static let ofTargets = ["instance", "job"]

  /// Labels that many metrics have, to see what else an expression finds.
  static let common = [
    "instance", "job", "device", "mountpoint", "fstype", "cpu", "mode", "method", "code", "status", "path", "handler",
    "namespace", "pod", "container", "node", "service", "endpoint", "cluster", "region", "zone", "provider", "resource",
    "version", "interface", "video", "width", "side", "grid", "description", "filename", "hostname",
  ]
}
