/// What a file is by its path, as far as that decides how it is read.
enum FileKind: String, Hashable, Sendable, CaseIterable {
  case yaml, goModule, pythonDependencies, packageJSON, maven, gradle, swiftPackage, cargo
  case go, python, javaScript, jvm, swift, rust
  case unit, timer, crontab, alloy, script, dockerfile, inventory, json

  /// - Parameter path: relative to the folder, with slashes.
  init?(path: String) {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last else { return nil }
    let folders = parts.dropLast()
    if let kind = Self.byName[name] {
      self = kind
      return
    }
    let lowered = name.lowercased()
    if lowered.hasPrefix("requirements"), lowered.hasSuffix(".txt") || lowered.hasSuffix(".in") {
      self = .pythonDependencies
    } else if folders.contains(where: { $0.hasPrefix("cron.") }) || lowered.hasPrefix("crontab") {
      self = .crontab
    } else if lowered.hasPrefix("dockerfile") || lowered.hasSuffix(".dockerfile") {
      self = .dockerfile
    } else if let dot = lowered.lastIndex(of: "."), dot != lowered.startIndex,
      let kind = Self.byExtension[String(lowered[lowered.index(after: dot)...])]
    {
      self = kind
    } else if Self.inventories.contains(lowered) || folders.last.map({ $0.lowercased() == "inventory" }) == true {
      self = .inventory
    } else {
      return nil
    }
    // A list of hosts ends as a settings file does; only its name tells it.
    if self == .inventory, lowered.hasSuffix(".ini"), !lowered.contains("hosts"), !lowered.contains("inventory"),
      !folders.contains(where: { $0.lowercased().hasPrefix("inventor") })
    {
      return nil
    }
  }

  private static let inventories: Set<String> = ["hosts", "inventory"]

  private static let byName: [String: FileKind] = [
    "go.mod": .goModule, "pyproject.toml": .pythonDependencies, "Pipfile": .pythonDependencies,
    "setup.py": .pythonDependencies, "setup.cfg": .pythonDependencies, "package.json": .packageJSON,
    "pom.xml": .maven, "build.gradle": .gradle, "build.gradle.kts": .gradle, "Package.swift": .swiftPackage,
    "Cargo.toml": .cargo, "Jenkinsfile": .script, "Makefile": .script,
  ]

  private static let byExtension: [String: FileKind] = [
    "yaml": .yaml, "yml": .yaml, "go": .go, "py": .python, "js": .javaScript, "mjs": .javaScript, "cjs": .javaScript,
    "ts": .javaScript, "tsx": .javaScript, "jsx": .javaScript, "java": .jvm, "kt": .jvm, "kts": .jvm, "scala": .jvm,
    "swift": .swift, "rs": .rust, "service": .unit, "timer": .timer, "cron": .crontab, "alloy": .alloy,
    "river": .alloy, "sh": .script, "bash": .script, "env": .script, "ini": .inventory, "json": .json,
  ]
}
