/// One file that was written for somebody, as text.
public struct GeneratedFile: Hashable, Sendable {
  /// A name without a directory: `prometheus.yml`.
  public var name: String
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// What was asked for, with what there is to say about it.
public struct GeneratedFiles: Sendable {
  /// The first is what was asked for, the others belong to it.
  public var files: [GeneratedFile]
  public var findings: [Finding]
  public var summary: String
  public var next: [Answer.Step]

  public init(_ files: [GeneratedFile], summary: String, findings: [Finding] = [], next: [Answer.Step] = []) {
    (self.files, self.summary, self.findings, self.next) = (files, summary, findings, next)
  }

  /// `data` is `{"files": [{"name": "prometheus.yml", "text": "…"}]}`.
  public var answer: Answer {
    Answer(summary: summary, findings: findings, next: next) { [files] writer in
      writer.object { writer in
        writer.member("files") { writer in
          writer.array { writer in
            for file in files {
              writer.object { writer in
                writer.member("name", file.name)
                writer.member("text", file.text)
              }
            }
          }
        }
      }
    }
  }
}
