/// The courses of a queue as a picture in SVG: samples waiting above, shards below, today's settings and the proposed
/// ones in two colours. It follows the reader's light or dark scheme; the same courses give the same bytes.
public struct QueuePlot: Sendable {
  public var title: String
  public var today: QueueCourse
  /// Nil where nothing is to be changed.
  public var proposed: QueueCourse?

  private static let (width, left, right) = (720.0, 84.0, 700.0)
  private static let style = """
    <style>
    text { font: 12px system-ui, sans-serif; fill: #333 }
    .title { font-size: 14px; font-weight: 600 }
    .axis { stroke: #888; stroke-width: 1 } .grid { stroke: #888; stroke-opacity: .25 }
    .today { stroke: #c2410c; stroke-width: 2; fill: none; stroke-dasharray: 6 3 }
    .proposed { stroke: #0369a1; stroke-width: 2; fill: none }
    .ground { fill: #fff }
    @media (prefers-color-scheme: dark) {
      text { fill: #ddd } .ground { fill: #16181d }
      .today { stroke: #fb923c } .proposed { stroke: #38bdf8 }
    }
    </style>
    """

  public init(title: String, today: QueueCourse, proposed: QueueCourse?) {
    self.title = title
    self.today = today
    self.proposed = proposed
  }

  public var svg: String {
    let courses = [("today", today)] + (proposed.map { [("proposed", $0)] } ?? [])
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 420\" role=\"img\" aria-label=\"\(Self.escaped(title))\">",
      Self.style, "<rect class=\"ground\" width=\"720\" height=\"420\"/>",
      "<text class=\"title\" x=\"84\" y=\"24\">\(Self.escaped(title))</text>",
    ]
    for (index, course) in courses.enumerated() {
      let x = 84 + 150 * index
      lines.append("<line class=\"\(course.0)\" x1=\"\(x)\" y1=\"42\" x2=\"\(x + 28)\" y2=\"42\"/>")
      lines.append("<text x=\"\(x + 34)\" y=\"46\">\(course.0)</text>")
    }
    lines += panel("samples waiting", top: 78, bottom: 264, courses) { $0.waiting }
    lines += panel("shards", top: 300, bottom: 372, courses) { Double($0.shards) }
    lines.append("<text x=\"392\" y=\"410\" text-anchor=\"middle\">minutes, simulated</text>")
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private func panel(
    _ name: String, top: Double, bottom: Double, _ courses: [(String, QueueCourse)],
    _ value: (QueueCourse.Point) -> Double
  ) -> [String] {
    let (left, right) = (Self.left, Self.right)
    let peak = courses.flatMap { $0.1.points.map(value) }.max() ?? 0
    let ceiling = Self.roundCeiling(max(peak, 1))
    let seconds = max(today.seconds, 1)
    var lines = ["<text x=\"\(Self.digits(left))\" y=\"\(Self.digits(top - 6))\">\(name)</text>"]
    for part in [0.0, 0.5, 1] {
      let y = bottom - part * (bottom - top)
      let style = part == 0 ? "axis" : "grid"
      lines.append(
        "<line class=\"\(style)\" x1=\"\(Self.digits(left))\" y1=\"\(Self.digits(y))\" "
          + "x2=\"\(Self.digits(right))\" y2=\"\(Self.digits(y))\"/>")
      lines.append(
        "<text x=\"\(Self.digits(left - 6))\" y=\"\(Self.digits(y + 4))\" text-anchor=\"end\">"
          + "\(Self.short(ceiling * part))</text>")
    }
    lines.append(
      "<line class=\"axis\" x1=\"\(Self.digits(left))\" y1=\"\(Self.digits(top))\" x2=\"\(Self.digits(left))\" "
        + "y2=\"\(Self.digits(bottom))\"/>")
    for part in [0.0, 0.25, 0.5, 0.75, 1] {
      let x = left + part * (right - left)
      lines.append(
        "<text x=\"\(Self.digits(x))\" y=\"\(Self.digits(bottom + 16))\" text-anchor=\"middle\">"
          + "\(Quantity.number(seconds * part / 60))</text>")
    }
    for (style, course) in courses {
      let points = course.points.map { point in
        let x = left + point.time / seconds * (right - left)
        let y = bottom - min(value(point) / ceiling, 1) * (bottom - top)
        return "\(Self.digits(x)),\(Self.digits(y))"
      }
      lines.append("<polyline class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>")
    }
    return lines
  }

  /// 1, 2 or 5 times a power of ten, not below `value`.
  static func roundCeiling(_ value: Double) -> Double {
    var power = 1.0
    while power * 10 <= value { power *= 10 }
    return ([1.0, 2, 5, 10].first { $0 * power >= value } ?? 10) * power
  }

  /// With one decimal, the same in every locale.
  private static func digits(_ number: Double) -> String {
    let tenths = Int64((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }

  private static func short(_ number: Double) -> String {
    switch number {
    case 1e9...: Quantity.number(number / 1e9) + " G"
    case 1e6...: Quantity.number(number / 1e6) + " M"
    case 1e3...: Quantity.number(number / 1e3) + " k"
    default: Quantity.number(number)
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{0}"..<"\u{20}": result += " "
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
