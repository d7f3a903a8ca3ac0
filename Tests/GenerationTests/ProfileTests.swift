import Diagnostics
import Foundation
import Generation
import Settings
import Testing

@Suite("Profiles of backends")
struct ProfileTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources/Generation/Profiles")

  @Test("Every file of the folder is in the program, as it is")
  func bundled() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".yml") }
    let all = try BackendProfiles().all
    #expect(all.map(\.name) == names.map { String($0.dropLast(4)) }.sorted())
    for profile in all {
      let text = try String(contentsOf: Self.folder.appending(path: "\(profile.name).yml"), encoding: .utf8)
      #expect(try BackendProfile(name: profile.name, text: text) == profile)
    }
  }

  @Test("The backends that guides name are there")
  func complete() throws {
    let names = Set(try BackendProfiles().all.map(\.name))
    #expect(
      names.isSuperset(of: [
        "prometheus", "thanos", "cortex", "mimir", "grafana-cloud", "amazon", "azure", "google", "victoriametrics",
        "victoriametrics-cluster", "influxdb", "new-relic", "datadog-gateway", "godwit",
      ]))
  }

  @Test("A profile says where and when its facts were read, and its address has only pieces that it explains")
  func sound() throws {
    for profile in try BackendProfiles().all {
      #expect(profile.sources.allSatisfy { $0.hasPrefix("https://") }, "\(profile.name)")
      #expect(profile.date.contains(/^20\d\d-\d\d-\d\d$/), "\(profile.name)")
      #expect(profile.url.hasPrefix("https://") && profile.path.hasPrefix("/"), "\(profile.name)")
      let pieces = profile.url.matches(of: /\{(\w+)\}/).map { String($0.1) }
      #expect(pieces == profile.pieces.map(\.name), "\(profile.name)")
      #expect(!profile.throttling.isEmpty && !profile.limits.isEmpty, "\(profile.name)")
    }
  }

  @Test(
    "The paths are those that the backends take",
    arguments: [
      ("prometheus", "/api/v1/write"), ("thanos", "/api/v1/receive"), ("cortex", "/api/v1/push"),
      ("mimir", "/api/v1/push"), ("grafana-cloud", "/api/prom/push"),
      ("amazon", "/workspaces/{workspace}/api/v1/remote_write"),
      ("victoriametrics-cluster", "/insert/{tenant}/prometheus/api/v1/write"),
    ])
  func paths(name: String, path: String) throws {
    #expect(try BackendProfiles().named(name).path == path)
  }

  @Test(
    "Replicas get the label by which a backend knows them",
    arguments: [
      ("amazon", "__replica__"), ("cortex", "__replica__"), ("mimir", "__replica__"),
      ("new-relic", "prometheus_replica"),
    ])
  func replicas(name: String, label: String) throws {
    #expect(try BackendProfiles().named(name).replicaLabel == label)
  }

  @Test("What is wrong in a profile is found, with its line")
  func refused() throws {
    let good = try String(contentsOf: Self.folder.appending(path: "mimir.yml"), encoding: .utf8)
    for (wrong, line) in [
      (good.replacing("messages: [2, 1]", with: "messages: [3]"), "messages"),
      (good.replacing("authentication: [basic", with: "authentication: [basik"), "basik"),
      (good.replacing("title: ", with: "titel: "), "titel"), (good.replacing("date: 2026-11-23", with: ""), "date"),
    ] {
      let error = #expect(throws: BackendProfile.Unreadable.self) { try BackendProfile(name: "mimir", text: wrong) }
      #expect(error?.description.contains(line) == true && error?.findings.first?.line != nil)
    }
  }

  @Test("A name that is nearly right gets the right one, another gets them all")
  func names() throws {
    let profiles = try BackendProfiles()
    #expect(throws: GenerationProblem("there is no backend called \"mimr\"", fix: "did you mean --backend mimir?")) {
      try profiles.named("mimr")
    }
    let error = #expect(throws: GenerationProblem.self) { try profiles.named("splunk") }
    #expect(error?.fix.contains("amazon, azure") == true)
  }

  @Test("The list for machines has every profile with its sources")
  func json() throws {
    struct Shape: Decodable {
      struct Profile: Decodable {
        var name: String
        var url: String
        var authentication: [String]
        var messages: [String]
        var sources: [String]
        var date: String
      }
      struct Contents: Decodable { var profiles: [Profile] }
      var ok: Bool
      var data: Contents
    }
    let profiles = try BackendProfiles()
    let shape = try JSONDecoder().decode(Shape.self, from: Data(profiles.answer.json().utf8))
    #expect(shape.ok && shape.data.profiles.map(\.name) == profiles.all.map(\.name))
    #expect(shape.data.profiles.allSatisfy { !$0.sources.isEmpty && !$0.authentication.isEmpty })
    #expect(shape.data.profiles.first { $0.name == "mimir" }?.messages.first == WriteMessage.version2.rawValue)
  }
}
