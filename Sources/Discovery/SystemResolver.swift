import CResolver
import Dispatch
import Glibc
public import Settings
import Synchronization

/// Looks names up in the DNS; the tests have one of their own.
public protocol DNSLookup: Sendable {
  /// The records of `name`; none where the name does not exist or has none of that type. A failure is where nobody
  /// knows.
  func records(of name: String, type: DNSRecordType) async -> Result<[DNSRecord], DiscoveryFailure>
}

/// Asks the servers of `/etc/resolv.conf`, with its search domains and options, which are read for each lookup.
///
/// The system's resolver blocks, so that each lookup has a thread of its own until it is over: at most a few rounds of
/// the resolver's timeouts after ``timeout``, when the caller has long been answered.
public struct SystemResolver: DNSLookup {
  /// Where to ask instead of the configured servers.
  public struct Server: Hashable, Sendable {
    /// IPv4, in dotted form.
    public var address: String
    public var port: UInt16
    public var timeoutSeconds = 1
    public init(address: String, port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  /// When the caller is answered at the latest.
  public static let timeout = Duration.seconds(20)
  /// All that TCP can carry.
  static let answerBytesMax = 65_535

  private static let threads = DispatchQueue(label: "dns", attributes: .concurrent)

  private let server: Server?

  public init(server: Server? = nil) { self.server = server }

  public func records(of name: String, type: DNSRecordType) async -> Result<[DNSRecord], DiscoveryFailure> {
    let answer = FirstAnswer()
    return await withCheckedContinuation { continuation in
      answer.wait(continuation)
      Self.threads.async { [server] in answer.give(Self.lookUp(name, type, server: server)) }
      Self.threads.asyncAfter(deadline: .now() + .seconds(Int(Self.timeout.components.seconds))) {
        answer.give(.failure(DiscoveryFailure("\(name): no answer within \(Self.timeout)")))
      }
    }
  }

  private static func lookUp(
    _ name: String, _ type: DNSRecordType, server: Server?
  ) -> Result<[DNSRecord], DiscoveryFailure> {
    guard let resolver = godwit_resolver_open() else {
      return .failure(DiscoveryFailure("the resolver's settings cannot be read"))
    }
    defer { godwit_resolver_close(resolver) }
    if let server, godwit_resolver_use_server(resolver, server.address, server.port, Int32(server.timeoutSeconds)) != 0
    {
      return .failure(DiscoveryFailure("\(server.address) is not an address"))
    }
    var domains: [String] = []
    while let domain = godwit_resolver_search_domain(resolver, Int32(domains.count)) {
      domains.append(String(cString: domain))
    }
    let names = DNSSearch.names(for: name, domains: domains, dots: Int(godwit_resolver_dots(resolver)))
    var buffer = [UInt8](repeating: 0, count: answerBytesMax)
    return DNSVerdict.records(of: name, tried: names) { full throws(DiscoveryFailure) in
      let count = godwit_resolver_query(resolver, full, Int32(type.number), &buffer, Int32(buffer.count))
      guard count >= 0 else { throw DiscoveryFailure(reason(errno)) }
      do {
        return try DNSAnswer(Array(buffer[..<Int(count)]))
      } catch {
        throw DiscoveryFailure("the answer cannot be read (\(error))")
      }
    }
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ETIMEDOUT: "no server answered in time"
    case EINVAL: "it is not a name that can be asked for"
    case 0: "no server gave a usable answer"
    default: String(cString: strerror(code))
    }
  }
}

/// What the answers for all full names of a name mean together.
enum DNSVerdict {
  /// The records of the first name that exists, be it with none of the type. Where no name exists there are none.
  /// Where that is not sure, because a name could not be asked for, it is a failure: what was known then stays.
  static func records(
    of name: String, tried names: [String], ask: (String) throws(DiscoveryFailure) -> DNSAnswer
  ) -> Result<[DNSRecord], DiscoveryFailure> {
    var failure: DiscoveryFailure?
    for full in names {
      do throws(DiscoveryFailure) {
        let answer = try ask(full)
        switch answer.code {
        case 0 where answer.isTruncated: throw DiscoveryFailure("the answer is cut short")
        case 0: return .success(answer.records)
        case 3: continue
        default: throw DiscoveryFailure("the server answered with code \(answer.code)")
        }
      } catch {
        failure = failure ?? DiscoveryFailure("\(full): \(error.message)")
      }
    }
    return failure.map { .failure($0) } ?? .success([])
  }
}

/// Hands over the first of two answers, the lookup's or the timeout's.
private final class FirstAnswer: Sendable {
  private let waiting = Mutex<CheckedContinuation<Result<[DNSRecord], DiscoveryFailure>, Never>?>(nil)

  func wait(_ continuation: CheckedContinuation<Result<[DNSRecord], DiscoveryFailure>, Never>) {
    waiting.withLock { $0 = continuation }
  }

  func give(_ answer: Result<[DNSRecord], DiscoveryFailure>) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: answer)
  }
}
