public import Diagnostics

/// A language that a program can be written in.
public enum InstrumentationLanguage: String, Sendable, CaseIterable {
  case python, go, javascript, java, swift

  /// As people write it.
  public var title: String {
    switch self {
    case .python: "Python"
    case .go: "Go"
    case .javascript: "JavaScript"
    case .java: "Java"
    case .swift: "Swift"
    }
  }

  var fileName: String {
    switch self {
    case .python: "app.py"
    case .go: "main.go"
    case .javascript: "app.mjs"
    case .java: "App.java"
    case .swift: "app.swift"
    }
  }

  var template: [UInt8] {
    switch self {
    case .python: PackageResources.python_tmpl
    case .go: PackageResources.go_tmpl
    case .javascript: PackageResources.javascript_tmpl
    case .java: PackageResources.java_tmpl
    case .swift: PackageResources.swift_tmpl
    }
  }

  /// What a comment of its template that is meant for the generator begins with.
  private var mark: String { self == .python ? "#@" : "//@" }

  /// The lines of the template that are for all, and those for one way of delivery: `page` or `push` on a line of its
  /// own after the mark begins lines of one way, `all` ends them.
  func text(for delivery: InstrumentedProgram.Delivery) -> String {
    var isShown = true
    var text = ""
    for line in String(decoding: template, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(mark) {
        let word = line.dropFirst(mark.count)
        isShown = word == "all" || word == delivery.rawValue
      } else if isShown {
        text += line + "\n"
      }
    }
    while text.hasSuffix("\n\n") { text.removeLast() }
    return text
  }
}

/// A small program that runs as it stands and has sound metrics. How to run it is in its first lines.
///
///     InstrumentedProgram(language: .go, delivery: .page).file.text
public struct InstrumentedProgram: Hashable, Sendable {
  /// How its metrics leave it.
  public enum Delivery: String, Sendable, CaseIterable {
    /// They are read from `/metrics`.
    case page
    /// It sends them by Remote Write 1.0.
    case push
  }

  public let language: InstrumentationLanguage
  public let delivery: Delivery

  public init(language: InstrumentationLanguage, delivery: Delivery) {
    self.language = language
    self.delivery = delivery
  }

  public var file: GeneratedFile {
    GeneratedFile(name: language.fileName, text: language.text(for: delivery))
  }

  /// What must be there before it runs, as a command; empty where the toolchain is enough.
  public var installCommand: String {
    switch (language, delivery) {
    case (.python, .page): "pip install 'prometheus-client>=0.20'"
    case (.python, .push): "pip install 'prometheus-client>=0.20' 'prometheus-remote-writer==1.1.3'"
    default: ""
    }
  }

  /// What runs it, in the folder of the file.
  public var runCommand: String {
    switch language {
    case .python: "python app.py"
    case .go: "go run main.go"
    case .javascript: "node app.mjs"
    case .java: "java App.java"
    case .swift: "swiftc -O -parse-as-library app.swift && ./app"
    }
  }
}
