import Testing

@testable import Telemetry

@Suite("The metrics registry")
struct MetricsRegistryTests {
  private func page(_ registry: MetricsRegistry) -> String { String(decoding: registry.render(), as: UTF8.self) }

  @Test("A page lists families by name and lines by labels, HELP and TYPE once each")
  func pageOrder() {
    let registry = MetricsRegistry()
    registry.gauge("zulu", help: "Last.").set(-1.5)
    registry.counter("alpha_total", help: "First.", labels: [("code", "204"), ("a", "x")]).add(2)
    registry.counter("alpha_total", help: "First.", labels: [("code", "400"), ("a", "x")]).add()
    #expect(
      page(registry) == """
        # HELP alpha_total First.
        # TYPE alpha_total counter
        alpha_total{a="x",code="204"} 2
        alpha_total{a="x",code="400"} 1
        # HELP zulu Last.
        # TYPE zulu gauge
        zulu -1.5

        """)
  }

  @Test("Asking again for the same name and labels, in any order, gives the same handle")
  func sameHandle() {
    let registry = MetricsRegistry()
    let first = registry.counter("c", help: "", labels: [("a", "1"), ("b", "2")])
    let again = registry.counter("c", help: "", labels: [("b", "2"), ("a", "1")])
    #expect(first === again)
    #expect(first !== registry.counter("c", help: "", labels: [("a", "1"), ("b", "3")]))
  }

  @Test("Backslash, quote and line feed are escaped in label values, and the quote is not in help")
  func escaping() {
    let registry = MetricsRegistry()
    registry.gauge("g", help: "a\\b\n\"c\"", labels: [("l", "a\\b\n\"c\"")]).set(1)
    #expect(page(registry) == "# HELP g a\\\\b\\n\"c\"\n# TYPE g gauge\ng{l=\"a\\\\b\\n\\\"c\\\"\"} 1\n")
  }

  @Test("A histogram shows cumulative buckets up to +Inf, its sum and its count")
  func histogram() {
    let registry = MetricsRegistry()
    let histogram = registry.histogram("h", help: "H.", labels: [("x", "y")], buckets: [10, 0.5, .infinity, 1])
    for value in [0.25, 0.5, 0.75, 11] { histogram.observe(value) }
    #expect(
      page(registry) == """
        # HELP h H.
        # TYPE h histogram
        h_bucket{x="y",le="0.5"} 2
        h_bucket{x="y",le="1"} 3
        h_bucket{x="y",le="10"} 3
        h_bucket{x="y",le="+Inf"} 4
        h_sum{x="y"} 12.5
        h_count{x="y"} 4

        """)
  }

  @Test("A NaN observation is counted in +Inf")
  func observedNaN() {
    let registry = MetricsRegistry()
    let histogram = registry.histogram("h", help: "", buckets: [1])
    histogram.observe(.nan)
    #expect(histogram.snapshot.counts == [0, 1])
  }

  @Test("A summary shows its sum and its count")
  func summary() {
    let registry = MetricsRegistry()
    registry.summary("s", help: "S.").observe(.milliseconds(1500))
    #expect(page(registry) == "# HELP s S.\n# TYPE s summary\ns_sum 1.5\ns_count 1\n")
  }

  @Test("A computed metric is read at each page, and registering it again replaces what is read")
  func computed() {
    let registry = MetricsRegistry()
    let source = Gauge()
    registry.gauge("g", help: "", read: { source.value })
    source.set(3)
    #expect(registry.value(of: "g") == 3)
    source.set(4)
    #expect(page(registry).contains("\ng 4\n"))
    registry.gauge("g", help: "", read: { 9 })
    #expect(registry.value(of: "g") == 9)
  }

  @Test("A computed metric may ask the registry while the page is made")
  func reentrantRead() {
    let registry = MetricsRegistry()
    registry.counter("c", help: "").add(7)
    registry.counter("twice", help: "", read: { [registry] in 2 * (registry.value(of: "c") ?? 0) })
    #expect(page(registry).contains("\ntwice 14\n"))
  }

  @Test("What carries a label is forgotten with it, the rest stays, and a family without lines is gone")
  func removal() {
    let registry = MetricsRegistry()
    let old = registry.counter("c", help: "", labels: [("remote_name", "a"), ("url", "u")])
    old.add(5)
    registry.counter("c", help: "", labels: [("remote_name", "b"), ("url", "u")]).add(6)
    registry.gauge("only_a", help: "", labels: [("remote_name", "a")]).set(1)
    #expect(registry.remove(labels: ("remote_name", "a")) == 2)
    #expect(page(registry) == "# HELP c \n# TYPE c counter\nc{remote_name=\"b\",url=\"u\"} 6\n")
    old.add()
    let anew = registry.counter("c", help: "", labels: [("remote_name", "a"), ("url", "u")])
    #expect(anew.value == 0)
  }

  @Test("Counts from many tasks at once add up, in counters and in gauges")
  func concurrentCounts() async {
    let registry = MetricsRegistry()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let counter = registry.counter("c", help: "")
          let gauge = registry.gauge("g", help: "")
          for _ in 0..<10_000 {
            counter.add()
            gauge.add(0.5)
          }
        }
      }
    }
    #expect(registry.value(of: "c") == 80_000)
    #expect(registry.value(of: "g") == 40_000)
  }

  @Test("A high-water mark only rises")
  func highWater() {
    let gauge = Gauge()
    for value in [3.0, 7, 5] { gauge.raise(to: value) }
    #expect(gauge.value == 7)
  }

  @Test("A negative amount leaves a counter as it is")
  func negativeAmount() {
    let counter = Counter()
    counter.add(-3)
    counter.add(4)
    #expect(counter.value == 4)
  }
}

@Suite("Numbers as Go prints them")
struct GoNumberTests {
  @Test(
    "A number has the text that Go gives it",
    arguments: [
      (0, "0"), (-0.0, "-0"), (1, "1"), (-2.5, "-2.5"), (100, "100"), (123456, "123456"), (999_999, "999999"),
      (1_000_000, "1e+06"), (1_234_567, "1.234567e+06"), (12_345_344, "1.2345344e+07"), (0.0001, "0.0001"),
      (0.00001, "1e-05"), (0.1, "0.1"), (1e21, "1e+21"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e+308"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
      (1_763_820_702.796, "1.763820702796e+09"), (0.30000000000000004, "0.30000000000000004"),
    ] as [(Double, String)])
  func text(value: Double, expected: String) {
    #expect(goText(value) == expected)
  }

  @Test("Any number reads back as it was", arguments: [20_260_301, 7] as [UInt64])
  func roundTrip(seed: UInt64) {
    var state = seed
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state ^ state >> 31)
      if value.isNaN { continue }
      #expect(Double(goText(value))?.bitPattern == value.bitPattern, "seed \(seed), value \(value)")
    }
  }
}
