/// The metrics of one program, as selectors of PromQL.
///
///     let own = Selector(job: "godwit")
///     own("up")                                           // up{job="godwit"}
///     own("dropped_total", #"reason="a""#, over: "5m")    // dropped_total{job="godwit",reason="a"}[5m]
struct Selector {
  var matchers: [String]

  init(matchers: [String]) { self.matchers = matchers }

  init(job: String) { matchers = ["job=\(Self.quoted(job))"] }

  func callAsFunction(_ name: String, _ more: String..., over range: String? = nil) -> String {
    "\(name){\((matchers + more).joined(separator: ","))}" + (range.map { "[\($0)]" } ?? "")
  }

  /// A string literal of PromQL.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
