/// A text that was written for somebody, with the name it is usually kept under.
public struct GeneratedFile: Hashable, Sendable {
  public var name: String
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}
