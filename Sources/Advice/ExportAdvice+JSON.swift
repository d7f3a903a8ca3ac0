import Diagnostics

extension ExportAdvice {
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("directory", reading.directory)
      writer.member("winner") { writer in
        if let winner = decision.winner { writer.value(winner.rawValue) } else { writer.null() }
      }
      writer.member("standings") { writer in
        writer.array { writer in for standing in decision.standings { write(standing, &writer) } }
      }
      writer.member("evidence") { writer in
        writer.array { writer in for piece in evidence { piece.write(to: &writer) } }
      }
      writer.member("parts") { writer in
        writer.array { writer in
          for part in parts {
            writer.object { writer in
              writer.member("folder", part.folder)
              writer.member("winner", part.winner.rawValue)
            }
          }
        }
      }
      writer.member("wouldDecide") { Self.write(deciders, &$0) }
      writer.member("read") { writer in
        writer.object { writer in
          writer.member("files", reading.filesRead)
          writer.member("bytes", reading.bytesRead)
          writer.member("isWhole", reading.bounds.isEmpty)
        }
      }
    }
  }

  private func write(_ standing: Decision.Standing, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("method", standing.method.rawValue)
      writer.member("title", standing.method.title)
      writer.member("points", Self.rounded(standing.points))
      writer.member("reasons") { writer in
        writer.array { writer in
          for reason in standing.reasons {
            writer.object { writer in
              writer.member("kind", reason.kind.rawValue)
              writer.member("points", Self.rounded(reason.points))
              writer.member("words", reason.words)
              writer.member("path", reason.evidence.path)
              writer.member("line", reason.evidence.line)
            }
          }
        }
      }
      writer.member("gains") { Self.write(standing.method.gains, &$0) }
      writer.member("costs") { Self.write(standing.method.costs, &$0) }
    }
  }

  private static func write(_ texts: [String], _ writer: inout JSONWriter) {
    writer.array { writer in for text in texts { writer.value(text) } }
  }

  private static func rounded(_ points: Double) -> Double { (points * 100).rounded() / 100 }
}

extension Evidence {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("kind", kind.rawValue)
      writer.member("path", path)
      writer.member("line", line)
      writer.member("weight", (weight * 100).rounded() / 100)
      writer.member("says", says)
      writer.member("seen", seen)
    }
  }
}
