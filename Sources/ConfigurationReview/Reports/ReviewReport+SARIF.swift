public import Diagnostics

extension ReviewReport {
  /// The findings in SARIF 2.1.0, for hosts of code.
  ///
  /// - Parameter isShown: which findings to tell.
  public func sarif(version: String, where isShown: (Finding) -> Bool = { _ in true }) -> String {
    let shown = findings.filter(isShown)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
      writer.member("version", "2.1.0")
      writer.member("runs") { writer in
        writer.array { writer in
          writer.object { writer in
            writer.member("tool") { Self.writeTool(version: version, findings: shown, to: &$0) }
            // Columns are counted so everywhere.
            writer.member("columnKind", "unicodeCodePoints")
            writer.member("results") { writer in
              writer.array { writer in for finding in shown { Self.write(finding, to: &writer) } }
            }
          }
        }
      }
    }
    return writer.text
  }

  private static func writeTool(version: String, findings: [Finding], to writer: inout JSONWriter) {
    var reasons: [String: (why: String, severity: Finding.Severity)] = [:]
    for finding in findings where reasons[finding.id] == nil { reasons[finding.id] = (finding.why, finding.severity) }
    writer.object { writer in
      writer.member("driver") { writer in
        writer.object { writer in
          writer.member("name", "godwit check")
          writer.member("version", version)
          writer.member("rules") { writer in
            writer.array { writer in
              for (id, reason) in reasons.sorted(by: { $0.key < $1.key }) {
                writer.object { writer in
                  writer.member("id", id)
                  if !reason.why.isEmpty {
                    writer.member("shortDescription") { $0.object { $0.member("text", reason.why) } }
                  }
                  writer.member("defaultConfiguration") { $0.object { $0.member("level", level(reason.severity)) } }
                }
              }
            }
          }
        }
      }
    }
  }

  private static func write(_ finding: Finding, to writer: inout JSONWriter) {
    let text = [finding.message, finding.evidence, finding.fix].filter { !$0.isEmpty }.joined(separator: "\n")
    writer.object { writer in
      writer.member("ruleId", finding.id)
      writer.member("level", level(finding.severity))
      writer.member("message") { $0.object { $0.member("text", text) } }
      writer.member("locations") { writer in
        writer.array { writer in
          writer.object { writer in
            writer.member("physicalLocation") { writer in
              writer.object { writer in
                writer.member("artifactLocation") { $0.object { $0.member("uri", uri(finding.path)) } }
                if let line = finding.line {
                  writer.member("region") { writer in
                    writer.object { writer in
                      writer.member("startLine", line)
                      writer.member("startColumn", finding.column ?? 1)
                    }
                  }
                }
              }
            }
          }
        }
      }
      writer.member("rank", finding.confidence * 100)
    }
  }

  private static func level(_ severity: Finding.Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .info: "note"
    }
  }

  /// A path as a relative reference: what may not stand in one is escaped.
  private static func uri(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "-._~/!$&'()*+,;=@".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
