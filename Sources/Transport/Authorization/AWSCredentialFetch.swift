import Foundation
import NIOCore
import Settings

/// Gets the credentials that a plan names, and keeps temporary ones until shortly before they expire.
final class AWSCredentialFetch: Sendable {
  private struct Key: Hashable {
    var source: AWSCredentialPlan.Source
    var stsURL: String
    var region: String
  }

  /// Seconds before their expiry from which credentials are not used any more; as in the reference.
  static let margin: Int64 = 30
  /// One question to the security token service.
  static let stsTimeout = Duration.seconds(30)
  /// One question to container or machine: either is a neighbour or not there at all.
  static let neighbourTimeout = Duration.seconds(5)
  /// Seconds for which a role is taken on; as in the reference.
  static let roleLifetime = 900

  private let surroundings: Surroundings
  private let renewal: SharedRenewal<Key, AWSCredentials>

  init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    renewal = SharedRenewal(margin: Self.margin, now: surroundings.now)
  }

  /// The plan, from the files and the environment as they are now.
  func plan(_ settings: SigV4Settings) throws(TransportError) -> AWSCredentialPlan {
    let home = surroundings.variable("HOME") ?? ""
    func text(_ variable: String, _ name: String) throws(TransportError) -> String {
      let path = surroundings.variable(variable) ?? "\(home)/.aws/\(name)"
      // Not to have the files is usual; to have them and not be able to read them is not.
      guard SmallFile.stamp(of: path) != nil else { return "" }
      return String(decoding: try SmallFile.read(path, purpose: "the shared file of AWS"), as: UTF8.self)
    }
    let profiles = AWSProfiles(
      config: try text("AWS_CONFIG_FILE", "config"),
      credentials: try text("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    do throws(AWSCredentialPlan.Problem) {
      return try AWSCredentialPlan(settings, profiles: profiles, variable: surroundings.variable)
    } catch {
      throw TransportError(.credentials, at: "sigv4", error.message, remedy: error.remedy)
    }
  }

  func credentials(
    _ plan: AWSCredentialPlan, deadline: NIODeadline, over wire: @escaping Wire
  ) async throws(TransportError) -> AWSCredentials {
    if case .fixed(let credentials) = plan.source { return credentials }
    let key = Key(source: plan.source, stsURL: plan.stsURL, region: plan.region)
    return try await renewal.value(for: key, place: "sigv4", deadline: deadline) {
      do throws(TransportError) {
        return .success(try await self.fetch(plan, over: wire))
      } catch {
        return .failure(error)
      }
    }
  }

  private func fetch(
    _ plan: AWSCredentialPlan, over wire: @escaping Wire
  ) async throws(TransportError) -> Expiring<AWSCredentials> {
    switch plan.source {
    case .fixed(let credentials): return Expiring(value: credentials, expiry: nil)
    case .webIdentity(let file, let role, let session):
      let token = try SecretText.line(of: .file(file), purpose: "the web identity token")
      return try await askSTS(
        plan,
        [
          "Action": "AssumeRoleWithWebIdentity", "RoleArn": role, "RoleSessionName": session ?? sessionName,
          "WebIdentityToken": token,
        ], signedBy: nil, hiding: [token, FormEncoding.escaped(token)], over: wire)
    case .role(let role, let externalID, let session, let base):
      var basePlan = plan
      basePlan.source = base
      let credentials = try await self.credentials(basePlan, deadline: .now() + TimeAmount(Self.stsTimeout), over: wire)
      var parameters = [
        "Action": "AssumeRole", "RoleArn": role, "RoleSessionName": session ?? sessionName,
        "DurationSeconds": "\(Self.roleLifetime)",
      ]
      if let externalID { parameters["ExternalId"] = externalID }
      return try await askSTS(plan, parameters, signedBy: credentials, hiding: [], over: wire)
    case .container(let url):
      return try await askNeighbour(url, headers: try containerHeaders(), whom: "the container's agent", over: wire)
    case .instance: return try await askMachine(over: wire)
    }
  }

  private var sessionName: String { "godwit-\(surroundings.now())" }

  private func askSTS(
    _ plan: AWSCredentialPlan, _ parameters: [String: String], signedBy credentials: AWSCredentials?,
    hiding secrets: [String], over wire: Wire
  ) async throws(TransportError) -> Expiring<AWSCredentials> {
    let body = Array(FormEncoding.text(parameters.merging(["Version": "2011-06-15"]) { $1 }).utf8)
    let address = try RequestAddress(plan.stsURL)
    var headers: [(name: String, value: String)] = [("Content-Type", "application/x-www-form-urlencoded")]
    if let credentials {
      let signature = SignatureVersion4(credentials: credentials, region: plan.region, service: "sts")
      headers = RequestSignature(signature, time: surroundings.now())
        .headers(method: "POST", address: address, headers: headers, body: body)
    }
    let response = try await ask(
      HTTPRequest(url: plan.stsURL, headers: headers, bytes: body), within: Self.stsTimeout, over: wire)
    guard response.status == 200 else {
      var hidden = secrets
      if let credentials { hidden += [credentials.secretKey, credentials.sessionToken ?? ""] }
      let words = QuotedWords.of(AWSCredentialAnswer.complaint(response.body), hiding: hidden)
      throw TransportError(
        .credentials, at: address.place,
        "no credentials for the role: the security token service answered with status \(response.status)"
          + (words.isEmpty ? "" : ": \(words)"),
        remedy: "Check role_arn, external_id, and whom the role trusts.")
    }
    guard let answer = AWSCredentialAnswer.xml(response.body) else {
      throw TransportError(.credentials, at: address.place, "the answer holds no credentials")
    }
    return answer
  }

  private func containerHeaders() throws(TransportError) -> [(name: String, value: String)] {
    var token = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if let file = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      token = try SecretText.line(of: .file(file), purpose: "the container's token")
    }
    return token.map { [("Authorization", $0)] } ?? []
  }

  /// The metadata service of a machine, version 2: a session first, then the role's name, then its credentials.
  private func askMachine(over wire: Wire) async throws(TransportError) -> Expiring<AWSCredentials> {
    var base = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
    while base.hasSuffix("/") { base.removeLast() }
    do throws(TransportError) {
      let session = try await ask(
        HTTPRequest(
          method: "PUT", url: base + "/latest/api/token", headers: [("X-aws-ec2-metadata-token-ttl-seconds", "21600")]),
        within: Self.neighbourTimeout, over: wire)
      let token = String(decoding: session.body, as: UTF8.self)
      guard session.status == 200, !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
        throw TransportError(
          .credentials, at: base, "the metadata service gave no session, but status \(session.status)")
      }
      let headers = [(name: "X-aws-ec2-metadata-token", value: token)]
      let folder = base + "/latest/meta-data/iam/security-credentials/"
      let roles = try await ask(
        HTTPRequest(url: folder, headers: headers), within: Self.neighbourTimeout, over: wire)
      let role = roles.body.prefix { $0 > 0x20 }
      guard roles.status == 200, !role.isEmpty else {
        throw TransportError(.credentials, at: base, "the machine has no role, but status \(roles.status)")
      }
      return try await askNeighbour(
        folder + PercentEncoding.encoded(role), headers: headers, whom: "the metadata service", over: wire)
    } catch {
      throw TransportError(
        .credentials, at: "sigv4",
        "no credentials in the sigv4 section, in AWS_ACCESS_KEY_ID, in AWS_WEB_IDENTITY_TOKEN_FILE, in the shared "
          + "files, from a container, or from the machine (\(error.place): \(error.message))",
        remedy: "Write access_key and secret_key, name a profile, or give the machine a role.")
    }
  }

  private func askNeighbour(
    _ url: String, headers: [(name: String, value: String)], whom: String, over wire: Wire
  ) async throws(TransportError) -> Expiring<AWSCredentials> {
    let response = try await ask(HTTPRequest(url: url, headers: headers), within: Self.neighbourTimeout, over: wire)
    let place = try RequestAddress(url).place
    guard response.status == 200 else {
      throw TransportError(.credentials, at: place, "\(whom) answered with status \(response.status)")
    }
    guard let answer = AWSCredentialAnswer.json(response.body) else {
      throw TransportError(.credentials, at: place, "the answer of \(whom) holds no credentials")
    }
    return answer
  }

  private func ask(
    _ request: HTTPRequest, within timeout: Duration, over wire: Wire
  ) async throws(TransportError) -> HTTPResponse {
    var http = HTTPClientSettings()
    http.enableHTTP2 = false
    // Nobody who gives out credentials sends on to somebody else.
    http.followRedirects = false
    do throws(TransportError) {
      return try await wire(request, http, timeout, AWSCredentialAnswer.bytesMax)
    } catch {
      throw error.whileFetching("the credentials for AWS")
    }
  }
}
