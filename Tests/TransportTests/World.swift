import Foundation
import Settings
import Testing
import Transport

/// For requests that are to succeed. Long, because beside these tests others keep every thread busy for many seconds.
let generousTimeout: Duration = .seconds(180)

/// Runs `body` with a server that follows `script` and a fresh transport, and closes both.
func withServer(
  _ script: @escaping ScriptedServer.Script,
  _ body: (ScriptedServer, HTTPTransport) async throws -> Void
) async throws {
  let server = try await ScriptedServer(script: script)
  let transport = HTTPTransport()
  do {
    try await body(server, transport)
  } catch {
    transport.shutdown()
    try await server.stop()
    throw error
  }
  transport.shutdown()
  try await server.stop()
}

extension HTTPTransport {
  /// A GET with generous limits.
  func get(
    _ url: String, settings: HTTPClientSettings = HTTPClientSettings(), timeout: Duration = generousTimeout,
    bodyBytesMax: Int = 1 << 20, overflow: BodyOverflow = .fail, headers: [(name: String, value: String)] = []
  ) async throws(TransportError) -> HTTPResponse {
    try await fetch(
      HTTPRequest(url: url, headers: headers), settings: settings, timeout: timeout, bodyBytesMax: bodyBytesMax,
      bodyOverflow: overflow)
  }

  /// The error that a GET ends with; a success is recorded as an issue.
  func errorOfGet(
    _ url: String, settings: HTTPClientSettings = HTTPClientSettings(), timeout: Duration = generousTimeout,
    bodyBytesMax: Int = 1 << 20, overflow: BodyOverflow = .fail
  ) async -> TransportError? {
    do {
      let response = try await get(
        url, settings: settings, timeout: timeout, bodyBytesMax: bodyBytesMax, overflow: overflow)
      Issue.record("expected an error, got status \(response.status) with \(response.body.count) bytes")
      return nil
    } catch {
      return error
    }
  }
}

/// A directory that is removed with the test that made it.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/transport-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name), options: .atomic)
    return path + "/" + name
  }
}

/// Runs a program to its end and returns its standard output.
func run(_ program: String, _ arguments: [String], input: Data? = nil, in directory: String? = nil) throws -> Data {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  if let input {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try input.write(to: file)
    process.standardInput = try FileHandle(forReadingFrom: file)
    try FileManager.default.removeItem(at: file)
  }
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "\(program) \(arguments) ended with \(process.terminationStatus)")
  return data
}

func gzipped(_ bytes: [UInt8]) throws -> [UInt8] { Array(try run("/usr/bin/gzip", ["-c"], input: Data(bytes))) }
