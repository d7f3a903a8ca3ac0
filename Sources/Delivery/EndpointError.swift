/// Why delivery to an endpoint cannot begin.
public struct EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}
