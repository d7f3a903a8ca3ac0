/// The house: which storey each target is on, and which neighbours may know each other. `docs/architecture.md` says
/// what each is for; this is what holds.
enum Storeys {
  static let of: [String: Int] = [
    // 0: values. No clock, no file, no socket.
    "CByteCoding": 0, "CCrypt": 0, "CLibYAML": 0, "CMemory": 0, "CPolling": 0, "CRE2": 0, "CSnappy": 0, "CZlib": 0,
    "ByteCoding": 0,
    "Diagnostics": 0, "MetricModel": 0, "Exposition": 0, "Relabeling": 0, "RemoteWriteProtocol": 0, "Settings": 0,
    // 1: mechanisms.
    "AgentConfiguration": 1, "Telemetry": 1, "Listening": 1, "Transport": 1, "CResolver": 1, "Discovery": 1,
    "Scraping": 1, "DurableLog": 1, "SampleLog": 1, "Delivery": 1, "Intake": 1, "EventLoops": 1, "HTTPAnswers": 1,
    // 2: capabilities.
    "Advice": 2, "Agent": 2, "Bench": 2, "ConfigurationReview": 2, "Generation": 2, "LogReview": 2,
    "Observability": 2, "Receiver": 2, "RelabelReview": 2, "Sizing": 2,
    // 3: surfaces.
    "godwit": 3,
  ]

  struct Arrow: Hashable, Sendable {
    var from: String
    var to: String
    init(_ from: String, _ to: String) {
      self.from = from
      self.to = to
    }
  }

  /// Arrows within a storey, each with its reason. Any other must point down.
  static let siblings: [Arrow: String] = [
    // Storey 0 is itself in layers: C faces, bytes, the model, and what is said about it.
    Arrow("ByteCoding", "CByteCoding"): "CRC-32C with the processor's instruction",
    Arrow("Exposition", "ByteCoding"): "lines are recognised by its hash",
    Arrow("Exposition", "MetricModel"): "a page holds series and samples",
    Arrow("MetricModel", "ByteCoding"): "texts are interned by its hash",
    Arrow("Relabeling", "MetricModel"): "rules are about label sets",
    Arrow("Relabeling", "CRE2"): "rules match with RE2, as the reference does",
    Arrow("RemoteWriteProtocol", "ByteCoding"): "series are recognised by its hash",
    Arrow("RemoteWriteProtocol", "MetricModel"): "a request holds series and samples",
    Arrow("RemoteWriteProtocol", "CSnappy"): "bodies are decompressed by the C library of snappy",
    Arrow("Settings", "MetricModel"): "external labels and targets are label sets",
    Arrow("Settings", "Relabeling"): "jobs and endpoints have rules",
    // Storey 1.
    Arrow("Discovery", "CResolver"): "names are looked up with the system's resolver",
    Arrow("Scraping", "Discovery"): "a pool scrapes the targets that discovery built",
    Arrow("Scraping", "Telemetry"): "it counts what it does",
    Arrow("SampleLog", "DurableLog"): "it says what the bytes of a record mean",
    Arrow("Delivery", "DurableLog"): "it reads from positions and stores ledgers",
    Arrow("Delivery", "SampleLog"): "it decodes records",
    Arrow("Delivery", "Telemetry"): "it counts what it does",
    Arrow("Intake", "Telemetry"): "it counts what it answers",
    Arrow("Listening", "EventLoops"): "connections that bring pushes are served on threads that do nothing else",
    Arrow("Transport", "EventLoops"): "its own way keeps its connections on the thread of whoever asks",
    Arrow("Transport", "HTTPAnswers"): "its own way reads answers with it, and names by the same rules",
  ]

  /// What a file on storey 0 may import beside storey 0.
  static let importsOfValues: Set<String> = ["Synchronization"]
}
