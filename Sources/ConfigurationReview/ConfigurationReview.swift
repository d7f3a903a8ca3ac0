package import AgentConfiguration

/// Says whether configurations are right, and whether they are good.
///
///     let review = ConfigurationReview(options: options)
///     let report = review.report(on: [.init(path: "prometheus.yml", directory: "/etc", text: text)])
///     report.answer
///
/// Two passes, one report. What the reference refuses are errors; what is not good is advice: a warning or an
/// information, each from one rule of ``RuleCatalogue``.
public struct ConfigurationReview: Sendable {
  /// A file, as it was read.
  public struct Input: Sendable {
    /// As the user named it.
    public var path: String
    /// Where relative paths in it begin; absolute.
    public var directory: String
    public var text: String

    public init(path: String, directory: String, text: String) {
      self.path = path
      self.directory = directory
      self.text = text
    }
  }

  public struct Options: Sendable {
    /// For which program the files are; nil where nobody said.
    public var program: ReviewedProgram?
    /// What the files are; nil to tell by what they hold.
    public var kind: FileKind?
    /// What is known of the load.
    public var samplesPerSecond: Double?
    public var latencySeconds: Double?

    public init() {}
  }

  private let options: Options
  private let files: any ConfigurationFiles
  private let disk: any FileFacts
  private let environment: @Sendable (String) -> String?

  public init(options: Options = Options(), environment: @escaping @Sendable (String) -> String? = { _ in nil }) {
    self.init(options: options, files: LocalConfigurationFiles(), disk: LocalFileFacts(), environment: environment)
  }

  package init(
    options: Options, files: any ConfigurationFiles, disk: any FileFacts,
    environment: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.options = options
    self.files = files
    self.disk = disk
    self.environment = environment
  }

  public func report(on inputs: [Input]) -> ReviewReport {
    let files = inputs.map { FileReading(path: $0.path, directory: $0.directory, kind: options.kind).file($0.text) }
    var context = ReviewContext(
      program: options.program, samplesPerSecond: options.samplesPerSecond, latencySeconds: options.latencySeconds,
      disk: disk)
    context.all = files
    return ReviewReport(
      files: files.map { file in
        let verdict = ReferenceVerdict(files: self.files, environment: environment).findings(on: file)
        return FileReview(file: file, verdict: verdict, advice: advice(on: file, context))
      })
  }

  private func advice(on file: ReviewedFile, _ context: ReviewContext) -> [FileReview.Note] {
    RuleCatalogue.all.flatMap { rule in
      rule.advice(on: file, in: context).map { FileReview.Note(facts: rule.facts, advice: $0) }
    }
  }
}
