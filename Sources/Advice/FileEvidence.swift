import AgentConfiguration
import Diagnostics

/// The evidence in one file. A pure function of its path and bytes.
struct FileEvidence {
  struct Problem {
    var line: Int?
    var words: String
  }

  /// By line.
  private(set) var all: [Evidence] = []
  /// Why a part of the file says nothing.
  private(set) var problem: Problem?

  private let path: String
  /// What weights are multiplied by.
  private let share: Double

  /// - Parameters:
  ///   - path: relative to the folder.
  ///   - isWhole: whether the file ends with `bytes`.
  init(path: String, kind: FileKind, bytes: [UInt8], isWhole: Bool = true) {
    self.path = path
    let folders = path.split(separator: "/").dropLast().map { $0.lowercased() }
    share = folders.contains(where: ReadingBounds.exampleFolders.contains) ? Weights.exampleShare : 1
    if let scan = Self.scans[kind] {
      for (line, signature) in scan.places(in: bytes) {
        add(signature.kind, line, signature.weight, signature.says, signature.text)
      }
    }
    switch kind {
    case .yaml: takeYAML(bytes, isWhole: isWhole)
    case .crontab: takeCrontab(bytes)
    case .inventory: takeInventory(bytes)
    case .json: takeTargets(json: bytes)
    default: break
    }
    all = all.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
  }

  mutating func add(_ kind: Evidence.Kind, _ line: Int, _ weight: Double, _ says: String, _ seen: String) {
    all.append(Evidence(kind: kind, path: path, line: line, weight: weight * share, says: says, seen: seen))
  }

  private static let scans: [FileKind: SignatureScan] = {
    let slashes = ["//", "/*", "* "]
    let hash = ["#"]
    return [
      .go: SignatureScan(ProgramSignatures.go, comments: slashes),
      .goModule: SignatureScan(ProgramSignatures.goModule, comments: slashes),
      .python: SignatureScan(ProgramSignatures.python, comments: hash),
      .pythonDependencies: SignatureScan(ProgramSignatures.pythonDependencies, comments: hash),
      .javaScript: SignatureScan(ProgramSignatures.javaScript, comments: slashes),
      .packageJSON: SignatureScan(ProgramSignatures.packageJSON, comments: []),
      .jvm: SignatureScan(ProgramSignatures.jvm, comments: slashes),
      .maven: SignatureScan(ProgramSignatures.jvmDependencies, comments: ["<!--"]),
      .gradle: SignatureScan(ProgramSignatures.jvmDependencies, comments: slashes),
      .swift: SignatureScan(ProgramSignatures.swift, comments: slashes),
      .swiftPackage: SignatureScan(ProgramSignatures.swiftPackage, comments: slashes),
      .rust: SignatureScan(ProgramSignatures.rust, comments: slashes),
      .cargo: SignatureScan(ProgramSignatures.cargo, comments: hash),
      .unit: SignatureScan(OperationSignatures.unit, comments: ["#", ";"]),
      .timer: SignatureScan(OperationSignatures.timer, comments: ["#", ";"]),
      .alloy: SignatureScan(OperationSignatures.alloy, comments: slashes),
      .script: SignatureScan(OperationSignatures.scripts, comments: hash + slashes),
      .crontab: SignatureScan(OperationSignatures.scripts, comments: hash),
      .dockerfile: SignatureScan(OperationSignatures.scripts, comments: hash),
      .yaml: SignatureScan(OperationSignatures.scripts, comments: hash),
    ]
  }()

  private static let templateScan = SignatureScan(OperationSignatures.templates, comments: ["#"])

  // MARK: - YAML

  private mutating func takeYAML(_ bytes: [UInt8], isWhole: Bool) {
    for (offset, text) in Self.documents(in: bytes) {
      let findings = FindingCollector(path: path)
      let node = YAMLParsing.document(in: text, findings: findings)
      let failed = findings.errors.first { $0.id == ConfigurationFinding.syntax.rawValue || node == nil }
      guard let node, failed == nil else {
        if let failed { takeTemplate(text, offset: offset, failed: failed, isWhole: isWhole) }
        continue
      }
      var document = DocumentEvidence(offset: offset)
      document.take(node)
      for piece in document.found { add(piece.kind, piece.line, piece.weight, piece.says, piece.seen) }
    }
  }

  private mutating func takeTemplate(_ text: String, offset: Int, failed: Finding, isWhole: Bool) {
    for (line, signature) in Self.templateScan.places(in: Array(text.utf8)) {
      add(signature.kind, line + offset, signature.weight, signature.says, signature.text)
    }
    // A template of a chart is not meant to parse, and neither is the beginning of a file.
    guard isWhole, !text.contains("{{"), !text.contains("{%") else { return }
    problem = Problem(line: failed.line.map { $0 + offset }, words: "it is not YAML")
  }

  /// The documents of a file, each with how many lines are above it.
  static func documents(in bytes: [UInt8]) -> [(offset: Int, text: String)] {
    var documents: [(offset: Int, text: String)] = []
    var (start, startLine, line, cursor) = (0, 0, 0, 0)
    func close(_ end: Int) {
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      if text.utf8.contains(where: { $0 > 0x20 }) { documents.append((startLine, text)) }
    }
    while cursor < bytes.count {
      let end = bytes[cursor...].firstIndex(of: 0x0a) ?? bytes.count
      let isMark = bytes[cursor..<end].starts(with: [0x2d, 0x2d, 0x2d])
      line += 1
      if isMark {
        close(cursor)
        (start, startLine) = (min(end + 1, bytes.count), line)
      }
      cursor = end + 1
    }
    close(bytes.count)
    return documents
  }
}
