import Foundation
public import Logging
import NIOPosix
public import Settings
import Synchronization

/// What a web configuration file asks for, read again when it or a file that it names has changed.
///
/// New connections and requests get what the files say now. Where they have become wrong, what was good last stays, and
/// the log says so once for each state of the files.
public final class WebSecurity: Sendable {
  /// The text of a web configuration file to settings. Paths in them are absolute.
  public typealias Reading = @Sendable (_ text: String) throws(ListeningError) -> WebSettings

  struct Snapshot: Sendable {
    var settings: WebSettings
    var tls: ServerTLS?
  }

  private struct State {
    var snapshot: Snapshot
    /// Of the files when they were read last, whether that went well or not.
    var stamps: [String: FileStamp]
    var lastLook: ContinuousClock.Instant
  }

  /// How long requests on a connection that is open already go by what was read last.
  private static let lookInterval = Duration.seconds(1)

  private let path: String
  private let read: Reading
  private let logger: Logger
  private let state: Mutex<State>
  /// Held while files are read, so that each change is read once.
  private let reading = Mutex(())
  let passwords = PasswordCheck()

  /// Reads the file and the certificates that it names.
  ///
  /// - Throws: when anything is wrong with them.
  public init(path: String, logger: Logger, read: @escaping Reading) throws(ListeningError) {
    self.path = path
    self.read = read
    self.logger = logger
    let (snapshot, stamps) = try Self.load(path, read)
    state = Mutex(State(snapshot: snapshot, stamps: stamps, lastLook: .now))
  }

  /// Whether clients are spoken to by TLS.
  public var usesTLS: Bool { current.tls != nil }

  var current: Snapshot { state.withLock { $0.snapshot } }

  /// What holds for a connection that begins now. Looks at the files, on a thread that may wait for them.
  func refreshed() async -> Snapshot {
    (try? await NIOThreadPool.singleton.runIfActive { self.look() }) ?? current
  }

  /// What holds for a request; the files are looked at when that was some time ago.
  func fresh() async -> Snapshot {
    let (snapshot, isOld) = state.withLock { ($0.snapshot, ContinuousClock.now - $0.lastLook >= Self.lookInterval) }
    return isOld ? await refreshed() : snapshot
  }

  /// Reads the files when their stamps have changed. Waits for the disk.
  @discardableResult
  func look() -> Snapshot {
    reading.withLock { _ in
      let before = state.withLock { state in
        state.lastLook = .now
        return state
      }
      let stamps = Self.stamps(of: Array(before.stamps.keys))
      guard stamps != before.stamps else { return before.snapshot }
      do throws(ListeningError) {
        let (snapshot, stamps) = try Self.load(path, read)
        if let problem = Self.problem(in: snapshot.settings, after: before.snapshot.settings) {
          throw ListeningError(.badConfiguration, problem)
        }
        state.withLock { state in
          state.snapshot = snapshot
          state.stamps = stamps
        }
        logger.notice("The web configuration was read again", metadata: ["file": "\(path)"])
        return snapshot
      } catch {
        state.withLock { $0.stamps = stamps }
        logger.error(
          "The web configuration has changed and cannot be used; what was good last stays",
          metadata: ["file": "\(path)", "cause": "\(error)"])
        return before.snapshot
      }
    }
  }

  /// What a file may not take back while it is in use: an editor that empties it before it writes, or a copy that is
  /// under way, would open the door for a moment.
  static func problem(in settings: WebSettings, after before: WebSettings) -> String? {
    if before.tls != nil && settings.tls == nil {
      return "tls_server_config is gone; to serve without TLS, start again"
    }
    if !before.users.isEmpty && settings.users.isEmpty {
      return "all basic_auth_users are gone; to serve everybody, start again"
    }
    let needed = before.tls?.clientAuthentication.requiresCertificate == true
    if needed && settings.tls?.clientAuthentication.requiresCertificate != true {
      return "client_auth_type requires no certificate any more; to serve clients without one, start again"
    }
    return nil
  }

  private static func load(_ path: String, _ read: Reading) throws(ListeningError) -> (Snapshot, [String: FileStamp]) {
    // Stamps are taken before the files are read: one that changes in between is read again.
    var stamps = stamps(of: [path])
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw ListeningError(.badConfiguration, "cannot read \(path): \(error.localizedDescription)")
    }
    let settings = try read(text)
    stamps.merge(Self.stamps(of: settings.tls?.files ?? [])) { $1 }
    let tls: ServerTLS?
    if let wanted = settings.tls { tls = try ServerTLS(wanted, offersHTTP2: settings.offersHTTP2) } else { tls = nil }
    return (Snapshot(settings: settings, tls: tls), stamps)
  }

  private static func stamps(of paths: [String]) -> [String: FileStamp] {
    Dictionary(paths.map { ($0, FileStamp(of: $0)) }) { first, _ in first }
  }
}
