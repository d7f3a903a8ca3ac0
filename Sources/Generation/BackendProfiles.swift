import AgentConfiguration
public import Diagnostics
import Settings

/// The profiles that the program carries with it, by name.
public struct BackendProfiles: Sendable {
  public let all: [BackendProfile]

  /// The files of `Profiles`, in the order of their names. The build puts their bytes into the program.
  static let files: [(name: String, bytes: [UInt8])] = [
    ("amazon", PackageResources.amazon_yml), ("azure", PackageResources.azure_yml),
    ("cortex", PackageResources.cortex_yml), ("datadog-gateway", PackageResources.datadog_gateway_yml),
    ("godwit", PackageResources.godwit_yml), ("google", PackageResources.google_yml),
    ("grafana-cloud", PackageResources.grafana_cloud_yml), ("influxdb", PackageResources.influxdb_yml),
    ("mimir", PackageResources.mimir_yml), ("new-relic", PackageResources.new_relic_yml),
    ("prometheus", PackageResources.prometheus_yml), ("thanos", PackageResources.thanos_yml),
    ("victoriametrics", PackageResources.victoriametrics_yml),
    ("victoriametrics-cluster", PackageResources.victoriametrics_cluster_yml),
  ]

  public init() throws(BackendProfile.Unreadable) {
    var all: [BackendProfile] = []
    for file in Self.files {
      all.append(try BackendProfile(name: file.name, text: String(decoding: file.bytes, as: UTF8.self)))
    }
    self.all = all
  }

  private init(all: [BackendProfile]) { self.all = all }

  /// One of them alone, to be shown.
  public func only(_ profile: BackendProfile) -> BackendProfiles { BackendProfiles(all: [profile]) }

  public func named(_ name: String) throws(GenerationProblem) -> BackendProfile {
    if let profile = all.first(where: { $0.name == name }) { return profile }
    let names = all.map(\.name)
    throw GenerationProblem(
      "there is no backend called \"\(name)\"",
      fix: NearestName.of(name, among: names).map { "did you mean --backend \($0)?" }
        ?? "--backend takes one of \(names.joined(separator: ", "))")
  }

  /// `data` is `{"profiles": [{"name": …, "title": …, "url": …, …}]}`.
  public var answer: Answer {
    Answer(
      summary: all.count == 1 ? "1 backend." : "\(all.count) backends.",
      next: [
        Answer.Step(command: "godwit generate config --backend NAME …", why: "writes a configuration for one of them")
      ]
    ) { [all] writer in
      writer.object { writer in
        writer.member("profiles") { writer in
          writer.array { writer in for profile in all { profile.write(to: &writer) } }
        }
      }
    }
  }
}

extension BackendProfile {
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("title", title)
      writer.member("url", url)
      writer.member("pieces") { writer in
        writer.array { writer in
          for piece in pieces {
            writer.object { writer in
              writer.member("flag", piece.flag)
              writer.member("about", piece.about)
              if let value = piece.defaultValue { writer.member("default", value) }
            }
          }
        }
      }
      writer.member("authentication") { $0.texts(authentications.map(\.rawValue)) }
      if let tenant {
        writer.member("tenant") { writer in
          writer.object { writer in
            writer.member("header", tenant.header)
            writer.member("required", tenant.isRequired)
            writer.member("about", tenant.about)
          }
        }
      }
      writer.member("messages") { $0.texts(messages.map(\.rawValue)) }
      if let batchMax { writer.member("batchMax", batchMax) }
      if let rateMax { writer.member("samplesPerSecondMax", rateMax) }
      if let ageMax { writer.member("ageMax", DurationText.format(ageMax)) }
      writer.member("acceptsOutOfOrder", acceptsOutOfOrder)
      writer.member("replicaLabel", replicaLabel)
      writer.member("limits") { $0.texts(limits) }
      writer.member("throttling", throttling)
      if let caution { writer.member("caution", caution) }
      writer.member("notes") { $0.texts(notes) }
      writer.member("sources") { $0.texts(sources) }
      writer.member("date", date)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func texts(_ texts: [String]) {
    array { writer in for text in texts { writer.value(text) } }
  }
}
