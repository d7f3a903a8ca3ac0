import AgentConfiguration
import Diagnostics
import Foundation
import Testing

/// One line of the golden file.
struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var config: String
  var valid: Bool
  var error: String?

  var testDescription: String { name }

  static let all: [GoldenCase] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/configs.jsonl")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(GoldenCase.self, from: Data($0.utf8)) }
  }()
}

@Suite("The reference's verdicts")
struct GoldenTests {
  @Test("The fixture is there and complete")
  func fixture() {
    #expect(GoldenCase.all.count == 83)
    #expect(Set(GoldenCase.all.filter { !$0.valid }.map(\.name)) == Set(Self.places.keys))
  }

  @Test("What the reference refuses is refused, at the right place, and nothing else is", arguments: GoldenCase.all)
  func verdict(golden: GoldenCase) {
    let result = ConfigurationReader(directory: "/etc/prometheus").read(text: golden.config, path: "prometheus.yml")
    #expect(result.errors.isEmpty == golden.valid, "\(golden.error ?? "") / \(result.errors.text)")
    #expect((result.settings != nil) == golden.valid)
    let places = result.errors.map { "\($0.line ?? 0):\($0.column ?? 0)" }
    #expect(places == (Self.places[golden.name].map { [$0] } ?? []))
  }

  /// Where each mistake stands, put down by reading the files.
  private static let places = [
    "anchor": "1:1", "authz_type_basic": "4:11", "backoff_order": "5:18", "bearer_and_authz": "3:17",
    "body_limit_bad": "3:20", "capacity_neg": "4:15", "capacity_zero": "4:15", "deadline_bad": "4:26",
    "deadline_frac": "4:26", "deadline_order": "4:26", "dns_a_noport": "5:11", "dns_type_bad": "5:11",
    "dup_jobs": "5:13", "dup_key": "2:1", "dup_names": "5:9", "ext_label_empty": "2:21", "file_sd_bad_ext": "4:13",
    "file_sd_none": "4:12", "global_timeout": "3:19", "guide_flattened": "3:2", "headers_auth": "4:5",
    "headers_reserved": "4:5", "http_headers_bad": "4:5", "http_sd_nourl": "4:5", "job_empty": "2:13",
    "label_bad": "5:14", "list_of_str": "1:16", "no_job": "2:3", "no_proxy_alone": "3:13", "null_entry": "2:1",
    "oauth_no_id": "3:3", "oauth_no_url": "3:3", "proto_bad": "3:21", "protocols_bad": "3:22",
    "protocols_dup": "3:43", "proxy_conflict": "4:27", "pw_and_file": "6:20", "relabel_bad_action": "4:13",
    "relabel_bad_regex": "4:12", "relabel_hashmod0": "4:5", "relabel_labeldrop_extra": "4:20",
    "relabel_no_target": "4:5", "relabel_null": "4:3", "remote_read_agent": "1:1", "retry_429_misplaced": "3:3",
    "rule_files_agent": "1:1", "send_zero": "4:27", "shards_min_gt_max": "4:17", "shards_zero": "4:17",
    "sigv4_and_basic": "3:3", "sigv4_half": "5:17", "tabs": "2:1", "target_slash": "4:15",
    "timeout_gt_interval": "4:19", "tls_cert_no_key": "4:16", "tls_min_bad": "4:18", "top_unknown": "1:1",
    "two_auths": "6:3", "unknown_key": "3:3", "url_bad": "2:8", "url_missing": "2:3", "url_null": "2:3",
    "wrong_type": "1:15",
  ]
}
