import AgentConfiguration
import MetricModel
import Relabeling
import Settings
import Testing

@Suite("Histograms, names and failure logs in the configuration")
struct HistogramSettingsTests {
  @Test("Jobs inherit the switches and turn them over")
  func switches() throws {
    let jobs = try settings(
      """
      global: {scrape_native_histograms: true, always_scrape_classic_histograms: true}
      scrape_configs:
      - {job_name: a, native_histogram_bucket_limit: 9, native_histogram_min_bucket_factor: 1.5}
      - {job_name: b, scrape_native_histograms: false, convert_classic_histograms_to_nhcb: true,
         always_scrape_classic_histograms: }
      """
    ).scrapes
    var first = HistogramIngestion()
    (first.scrapesNative, first.keepsClassic, first.bucketLimit, first.minBucketFactor) = (true, true, 9, 1.5)
    var second = HistogramIngestion()
    (second.convertsClassic, second.keepsClassic) = (true, true)
    #expect(jobs.map(\.histograms) == [first, second])
    #expect(jobs.map(\.protocols.first) == [.prometheusProto, .openMetrics100])
  }

  @Test("A list of protocols stays as written, protobuf in it or not")
  func protocols() throws {
    let jobs = try settings(
      """
      global: {scrape_native_histograms: true, scrape_protocols: [PrometheusText0.0.4]}
      scrape_configs:
      - {job_name: a}
      - {job_name: b, scrape_protocols: [OpenMetricsText1.0.0, PrometheusProto], fallback_scrape_protocol: PrometheusProto}
      """
    ).scrapes
    #expect(jobs.map(\.protocols) == [[.prometheusText004], [.openMetrics100, .prometheusProto]])
    #expect(jobs.map(\.fallbackProtocol) == [nil, .prometheusProto])
  }

  @Test("Legacy names are asked for with underscores unless the file says how")
  func names() throws {
    let jobs = try settings(
      """
      global: {metric_name_validation_scheme: legacy}
      scrape_configs:
      - {job_name: a}
      - {job_name: b, metric_name_escaping_scheme: dots}
      - {job_name: c, metric_name_validation_scheme: utf8}
      - {job_name: d, metric_name_validation_scheme: utf8, metric_name_escaping_scheme: values}
      """
    ).scrapes
    #expect(jobs.map(\.nameValidation) == [.legacy, .legacy, .utf8, .utf8])
    #expect(jobs.map(\.nameEscaping) == [.underscores, .dots, .allowUTF8, .values])
  }

  @Test("The failure log is beside the configuration, and a job may have its own")
  func failureLog() throws {
    let jobs = try settings(
      """
      global: {scrape_failure_log_file: failures.json}
      scrape_configs: [{job_name: a}, {job_name: b, scrape_failure_log_file: /var/b.json}]
      """
    ).scrapes
    #expect(jobs.map(\.failureLogFile) == ["/etc/p/failures.json", "/var/b.json"])
  }
}
