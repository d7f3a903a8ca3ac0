import Intake
import MetricModel
import RemoteWriteProtocol
import Testing

/// What both specifications ask of a receiver, each by its number in the checklist, over real sockets, of the agent
/// and of `godwit receive`.
@Suite("The receiver checklist")
struct WriteChecklistTests {
  static let both = WriteMessageVersion.allCases

  /// The same series in either message.
  private func body(_ version: WriteMessageVersion, _ series: [TestSeries]) -> [UInt8] {
    version == .v1 ? TestRequest.v1(series) : TestRequest.v2(series)
  }

  @Test("R1 takes both messages", arguments: WritePeer.allCases, both)
  func bothMessages(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      let series = [TestSeries("up", [("job", "a")], at: 1000, 2000)]
      expectStatus(204, try await site.client.write(version, body(version, series)))
      let labels = ["__name__": "up", "job": "a"]
      #expect(try site.stored() == [labels: StoredSeries(labels: labels, samples: 2)])
    }
  }

  @Test("R2 takes snappy blocks, also where no Content-Encoding says so", arguments: WritePeer.allCases, both)
  func snappy(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      for encoding in ["snappy", "Snappy", "", nil] as [String?] {
        let answer = try await site.client.write(
          version, body(version, [TestSeries("up", at: 1)]), changing: ["Content-Encoding": encoding])
        expectStatus(204, answer)
      }
      let framed = [UInt8]([0xff, 0x06, 0x00, 0x00]) + Array("sNaPpY".utf8)
      expectStatus(400, try await site.client.write(version, framed))
    }
  }

  @Test("R3 answers 415 to an unsupported type or encoding", arguments: WritePeer.allCases)
  func unsupported(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      for (header, value) in [
        ("Content-Type", "application/json"), ("Content-Type", "image/png"), ("Content-Encoding", "gzip"),
        ("Content-Encoding", "deflate"), ("Content-Type", "application/x-protobuf;proto=some.other.Message"),
      ] {
        for version in Self.both {
          let answer = try await site.client.write(
            version, body(version, [TestSeries("up", at: 1)]), changing: [header: value])
          #expect(answer.status == 415, "\(value)")
          #expect(answer.written == ["0", "0", "0"])
          #expect(!answer.body.isEmpty)
        }
      }
      #expect(try site.stored().isEmpty)
    }
  }

  @Test(
    "R3 picks the schema from Content-Type, whatever the version header says", arguments: WritePeer.allCases,
    [
      ("application/x-protobuf", WriteMessageVersion.v1), ("application/x-protobuf;proto=prometheus.WriteRequest", .v1),
      ("application/x-protobuf;proto=io.prometheus.write.v2.Request", .v2),
      ("application/x-protobuf; proto=io.prometheus.write.v2.Request", .v2),
      ("Application/X-Protobuf ; Proto=\"io.prometheus.write.v2.Request\"", .v2),
    ])
  func schemaByContentType(peer: WritePeer, header: (type: String, version: WriteMessageVersion)) async throws {
    try await withPeer(peer) { site in
      for claimed in ["0.1.0", "2.0.0", nil] as [String?] {
        let answer = try await site.client.write(
          header.version, body(header.version, [TestSeries("up", at: 1)]),
          changing: ["Content-Type": header.type, "X-Prometheus-Remote-Write-Version": claimed])
        expectStatus(204, answer)
        #expect(answer.written == Self.written(["1", "0", "0"], in: header.version))
      }
      #expect(try site.stored().count == 1)
    }
  }

  @Test("R3 answers 415 to a message that is not accepted", arguments: WritePeer.allCases, both)
  func notAccepted(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) {
      $0.acceptedVersions.remove(version)
    } _: { site in
      for sent in Self.both {
        let answer = try await site.client.write(sent, body(sent, [TestSeries("up", at: 1)]))
        expectStatus(sent == version ? 415 : 204, answer)
      }
    }
  }

  @Test("R4 answers 204 without a body when everything is written", arguments: WritePeer.allCases, both)
  func success(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      for series in [[], [TestSeries("a", at: 1), TestSeries("b", at: 1)]] {
        let answer = try await site.client.write(version, body(version, series))
        expectStatus(204, answer)
        #expect(answer.body.isEmpty)
        #expect(try site.stored().count == series.count)
      }
    }
  }

  @Test(
    "R5 answers 400 with counts and reasons and writes the rest of a 2.0 request", arguments: WritePeer.allCases,
    [
      ("missing_metric_name", [("job", "a")]), ("missing_metric_name", [("__name__", "")]),
      ("empty_label_value", [("__name__", "m"), ("a", "")]), ("empty_label_name", [("", "x"), ("__name__", "m")]),
      ("duplicate_label_name", [("__name__", "m"), ("a", "1"), ("a", "2")]),
    ])
  func partialWrite(peer: WritePeer, bad: (code: String, labels: [(String, String)])) async throws {
    try await withPeer(peer) { site in
      var series = TestSeries("", at: 5, 6)
      series.labels = bad.labels
      let answer = try await site.client.write(.v2, TestRequest.v2([TestSeries("good", at: 1), series]))
      #expect(answer.status == 400)
      #expect(answer.written == ["1", "0", "0"])
      #expect(answer.body.contains("2 refused as "))
      #expect(answer.body.contains("the other 1 were written"))
      #expect(try site.stored().keys.map { $0["__name__"] } == ["good"])
    }
  }

  @Test("R5 refuses a 1.0 request with an invalid series whole, and never in silence", arguments: WritePeer.allCases)
  func wholeRefusal(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      var bad = TestSeries("", at: 5)
      bad.labels = [("job", "a")]
      let answer = try await site.client.write(.v1, TestRequest.v1([TestSeries("good", at: 1), bad]))
      #expect(answer.status == 400)
      #expect(answer.body.contains("nothing was written"))
      #expect(try site.stored().isEmpty)
    }
  }

  @Test("R5 refuses series with both kinds, with neither, and contradictory histograms", arguments: WritePeer.allCases)
  func invalidData(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      var both = TestSeries("both", at: 1)
      both.histograms = [(1, 3)]
      var wrongCount = TestSeries("wrong")
      wrongCount.histograms = [(1, 99)]
      var right = TestSeries("right")
      right.histograms = [(1, 3)]
      var exemplarsAlone = TestSeries("exemplars")
      exemplarsAlone.exemplars = [(1, 1)]
      let answer = try await site.client.write(
        .v2, TestRequest.v2([both, TestSeries("neither"), wrongCount, right, exemplarsAlone]))
      #expect(answer.status == 400)
      #expect(answer.written == ["0", "1", "0"])
      #expect(try site.stored().keys.map { $0["__name__"] } == ["right"])
    }
  }

  @Test("R6 tells exactly how much was written", arguments: WritePeer.allCases)
  func writtenCounts(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      var samples = TestSeries("s", at: 1, 2, 3)
      samples.exemplars = [(1, 0.5), (2, 0.5)]
      var histograms = TestSeries("h")
      histograms.histograms = [(1, 3), (2, 3)]
      let answer = try await site.client.write(.v2, TestRequest.v2([samples, histograms]))
      expectStatus(204, answer)
      #expect(answer.written == ["3", "2", "2"])
      // An exemplar without a time is refused, so it cannot be 204.
      samples.exemplars[1].timestampMs = 0
      let partial = try await site.client.write(.v2, TestRequest.v2([samples, histograms]))
      #expect(partial.status == 400)
      #expect(partial.written == ["3", "2", "1"])
    }
  }

  @Test("R6 tells it in every answer to 2.0, and never to 1.0", arguments: WritePeer.allCases, both)
  func writtenAlways(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      let good = try await site.client.write(version, body(version, [TestSeries("s", at: 1, 2)]))
      #expect(good.written == Self.written(["2", "0", "0"], in: version))
      let corrupt = try await site.client.write(version, [1, 2, 3])
      #expect(corrupt.written == Self.written(["0", "0", "0"], in: version))
      let wrongMethod = try await site.client.send("PUT", "/api/v1/write")
      #expect(wrongMethod.status == 405)
      #expect(wrongMethod.headers["allow"] == "POST")
      #expect(wrongMethod.written == ["0", "0", "0"])
    }
  }

  /// The counts that an answer has: 1.0 knows none.
  private static func written(_ counts: [String], in version: WriteMessageVersion) -> [String] {
    version == .v1 ? ["missing", "missing", "missing"] : counts
  }

  @Test("R7 answers 400 to what can never be read", arguments: WritePeer.allCases, both)
  func corruptBodies(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      for corrupt in [[], [0x05, 0x01], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x01, 0x00, 0xff]] as [[UInt8]] {
        let answer = try await site.client.write(version, corrupt)
        expectStatus(400, answer)
        #expect(!answer.body.isEmpty)
      }
    }
  }

  @Test("R7 answers 413 to a body beyond the bound, and 400 to one that declares more", arguments: WritePeer.allCases)
  func largeBodies(peer: WritePeer) async throws {
    try await withPeer(peer) {
      $0.bodyBytesMax = 1000
    } _: { site in
      expectStatus(413, try await site.client.write(.v2, [UInt8](repeating: 7, count: 1001)))
      let bomb = TestRequest.compressed([UInt8](repeating: 0, count: 1001))
      #expect(bomb.count < 1000)
      expectStatus(400, try await site.client.write(.v2, bomb))
    }
  }

  @Test("R8 takes the same request again", arguments: WritePeer.allCases, both)
  func idempotence(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      let body = body(version, [TestSeries("a", at: 1, 2), TestSeries("b", at: 1)])
      for _ in 0..<2 { expectStatus(204, try await site.client.write(version, body)) }
      #expect(try site.stored().values.map(\.samples).sorted() == [2, 4])
    }
  }

  @Test("R9 treats a start timestamp of 0 as unset", arguments: WritePeer.allCases)
  func startTimestamps(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      var counter = TestSeries("c_total", at: 10)
      counter.startTimestampMs = 5
      let answer = try await site.client.write(.v2, TestRequest.v2([counter, TestSeries("u", at: 10)]))
      expectStatus(204, answer)
      #expect(answer.written == ["2", "0", "0"])
    }
  }

  @Test("R10 passes over fields it does not know, as a draft's created timestamp", arguments: WritePeer.allCases)
  func unknownFields(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      let answer = try await site.client.write(.v2, TestRequest.v2([TestSeries("up", at: 1)], unknownFields: true))
      expectStatus(204, answer)
      #expect(answer.written == ["1", "0", "0"])
    }
  }

  @Test("R11 bounds the labels of a series, and takes every metadata type", arguments: WritePeer.allCases)
  func bounds(peer: WritePeer) async throws {
    try await withPeer(peer) {
      $0.labelsPerSeriesMax = 2
    } _: { site in
      let wide = TestSeries("wide", [("a", "1"), ("b", "2")], at: 1)
      expectStatus(400, try await site.client.write(.v2, TestRequest.v2([wide])))
      let typed = (0...7 as ClosedRange<UInt64>).map { type in
        var series = TestSeries("t\(type)", at: 1)
        series.type = type
        series.help = "Help of \(type)."
        return series
      }
      expectStatus(204, try await site.client.write(.v2, TestRequest.v2(typed)))
      for stored in try site.stored().values {
        let number = try #require(stored.labels["__name__"]?.last.flatMap { UInt8(String($0)) })
        let type = try #require(MetricMetadata.MetricType(rawValue: number))
        #expect(stored.type == (type == .unknown ? "" : type.word))
        #expect(stored.help == "Help of \(number).")
      }
      #expect(try site.stored().count == 8)
    }
  }

  @Test("R12 advertises no version: it may, and senders of 2.0 may not act on it", arguments: WritePeer.allCases, both)
  func advertisedVersion(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      let answer = try await site.client.write(version, body(version, [TestSeries("m", at: 1)]))
      #expect(answer.headers["x-prometheus-remote-write-version"] == nil)
    }
  }

  @Test("R1 reads a request without one of the headers as a 1.0 request", arguments: WritePeer.allCases)
  func missingHeaders(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      for name in ["Content-Type", "Content-Encoding", "User-Agent", "X-Prometheus-Remote-Write-Version"] {
        let answer = try await site.client.write(.v1, TestRequest.v1([TestSeries("m", at: 1)]), changing: [name: nil])
        expectStatus(204, answer)
      }
    }
  }

  @Test("R13 sorts labels that come unsorted; they are the same series", arguments: WritePeer.allCases, both)
  func unsortedLabels(peer: WritePeer, version: WriteMessageVersion) async throws {
    try await withPeer(peer) { site in
      var unsorted = TestSeries("m", at: 2)
      unsorted.labels = [("z", "1"), ("__name__", "m"), ("a", "2")]
      let body = body(version, [TestSeries("m", [("a", "2"), ("z", "1")], at: 1), unsorted])
      for _ in 0..<2 { expectStatus(204, try await site.client.write(version, body)) }
      let labels = ["__name__": "m", "a": "2", "z": "1"]
      #expect(try site.stored() == [labels: StoredSeries(labels: labels, samples: 4)])
    }
  }

  @Test("R13 takes any UTF-8 name in 2.0, and samples of one series in any order", arguments: WritePeer.allCases)
  func oddNames(peer: WritePeer) async throws {
    try await withPeer(peer) { site in
      for name in ["with space", "with.dot", "with\nnewline", "größe", "\"quoted\""] {
        let series = [TestSeries(name, [("a b", "c")], at: 5), TestSeries(name, [("a b", "c")], at: 1, 9)]
        let answer = try await site.client.write(.v2, TestRequest.v2(series))
        expectStatus(204, answer)
        #expect(answer.written == ["3", "0", "0"])
        #expect(try site.stored()[["__name__": name, "a b": "c"]]?.samples == 3)
      }
    }
  }
}
