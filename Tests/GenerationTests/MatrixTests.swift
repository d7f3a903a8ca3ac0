import AgentConfiguration
import Diagnostics
import Generation
import MetricModel
import Settings
import Testing

@Suite("Configurations for every backend")
struct MatrixTests {
  static let consumers: [Consumer] = [.godwit, .prometheus(.init(2, 42)), .prometheus(.init(2, 54)), .prometheus(nil)]
  static let rates: [Int?] = [nil, 1, 2_000, 50_000, 5_000_000]

  @Test("Every backend × authentication × reader × rate is read without a finding", arguments: consumers)
  func read(consumer: Consumer) throws {
    var count = 0
    for profile in try BackendProfiles().all {
      for kind in AuthenticationKind.allCases {
        guard kind != .azureAD && kind != .googleIAM, kind != .oauth2 || profile.tokenSource != nil else { continue }
        for rate in Self.rates {
          var asked = Asked(profile, kind, for: consumer)
          if profile.messages == [.version2] && consumer == .prometheus(.init(2, 42)) {
            asked.request.message = .version1
          }
          asked.request.rate = rate
          if rate != nil { asked.request.outage = .seconds(3_600) }
          try check(asked)
          count += 1
        }
      }
    }
    #expect(count > 14 * 5 * 5)
  }

  private func check(_ asked: Asked) throws {
    let result = try ConfigurationGenerator(asked.request).files()
    let read = Asked.reader.read(text: result.files[0].text, path: "prometheus.yml")
    #expect(read.findings.isEmpty, "\(asked.testDescription): \(read.findings.text)")
    let settings = try #require(read.settings)
    #expect(settings.endpoints.map(\.name) == [asked.request.backend.name])
    #expect(settings.scrapes.map(\.jobName).last == "targets")
    let queue = settings.endpoints[0].queue
    #expect(queue.retryOnRateLimit && queue.minShards <= queue.maxShards)
    let batches = Double(queue.capacity) / Double(queue.maxSamplesPerSend)
    #expect((3...10).contains(batches), "\(asked.testDescription)")
    #expect(queue.maxSamplesPerSend <= asked.request.backend.batchMax ?? .max)
    let hasDelivery = asked.request.consumer == .godwit && asked.request.outage != nil
    #expect(result.files.map(\.name) == (hasDelivery ? ["prometheus.yml", "godwit.yml"] : ["prometheus.yml"]))
    if hasDelivery {
      let delivery = DeliveryFile.read(text: result.files[1].text, path: "godwit.yml", endpoints: settings.endpoints)
      #expect(delivery.errors.isEmpty, "\(delivery.errors.text)")
      #expect(delivery.endpoints?[0].delivery.backlog.bytesMax ?? 0 >= UInt64(DeliveryFile.backlogBytesLeast))
    }
    #expect(result.findings.allSatisfy { $0.severity != .error })
  }

  @Test("The ways of Azure and Google are written for a Prometheus that knows them, and are the only findings here")
  func cloud() throws {
    for (backend, kind) in [("azure", AuthenticationKind.azureAD), ("google", .googleIAM)] {
      let asked = Asked(try BackendProfiles().named(backend), kind, for: .prometheus(nil))
      let read = Asked.reader.read(text: try asked.configuration(), path: "prometheus.yml")
      #expect(read.errors.isEmpty && read.warnings.isEmpty, "\(read.findings.text)")
      #expect(read.notBuilt.map(\.id) == ["GW120"])
      for consumer in [Consumer.godwit, .prometheus(.init(2, 42))] {
        #expect(throws: GenerationProblem.self) {
          try ConfigurationGenerator(Asked(try BackendProfiles().named(backend), kind, for: consumer).request)
        }
      }
    }
  }

  @Test(
    "The ways of Azure and Google are written from the first Prometheus on that has them",
    arguments: [("azure", AuthenticationKind.azureAD, 45), ("google", .googleIAM, 55)])
  func first(backend: String, kind: AuthenticationKind, minor: Int) throws {
    let profile = try BackendProfiles().named(backend)
    _ = try Asked(profile, kind, for: .prometheus(.init(2, minor))).configuration()
    #expect(throws: GenerationProblem.self) {
      try ConfigurationGenerator(Asked(profile, kind, for: .prometheus(.init(2, minor - 1))).request)
    }
  }

  @Test("What was asked for is what the reader finds")
  func meaning() throws {
    var asked = Asked(try BackendProfiles().named("mimir"), .bearerFile)
    asked.request.rate = 50_000
    asked.request.latency = .milliseconds(120)
    let settings = try #require(Asked.reader.read(text: try asked.configuration(), path: "p.yml").settings)
    let endpoint = settings.endpoints[0]
    #expect(endpoint.url == "https://host.example:8443/api/v1/push")
    #expect(endpoint.headers == ["X-Scope-OrgID": "12"])
    #expect(endpoint.message == .version2)
    #expect(endpoint.http.credentials == .authorization(type: "Bearer", credentials: .file("/etc/godwit/token")))
    #expect(endpoint.http.tls.serverName == "name.example")
    #expect(endpoint.queue.minShards == 2 && endpoint.queue.maxShards == 5)
    #expect(endpoint.queue.maxSamplesPerSend == 5_000 && endpoint.queue.capacity == 25_000)
    #expect(settings.externalLabels["cluster"] == "eu" && settings.externalLabels["__replica__"] == "a")
    #expect(settings.scrapes.map(\.interval) == [.seconds(15), .seconds(15)])
  }

  @Test("Every value of the queue has its reason above it")
  func reasons() throws {
    for rate in Self.rates {
      var asked = Asked(try BackendProfiles().named("new-relic"), .bearerFile)
      asked.request.rate = rate
      let lines = try asked.configuration().split(separator: "\n")
      let start = try #require(lines.firstIndex { $0.hasSuffix("queue_config:") })
      for index in lines.indices[(start + 1)...] where !lines[index].contains("#") {
        #expect(lines[index - 1].contains("#"), "\(lines[index])")
      }
      #expect(lines.contains { $0.contains("sample_age_limit: 48h") || $0.contains("sample_age_limit: 2d") })
    }
  }

  @Test("Fields that a version does not know are not written for it")
  func versions() throws {
    for profile in try BackendProfiles().all where profile.messages != [.version2] {
      var asked = Asked(profile, .none, for: .prometheus(.init(2, 42)))
      asked.request.rate = 1_000
      let text = try asked.configuration()
      for field in ["protobuf_message:", "sample_age_limit:", "azuread:", "google_iam:"] {
        #expect(!text.contains(field), "\(profile.name): \(field)")
      }
    }
  }
}
