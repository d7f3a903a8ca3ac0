import Foundation
import Settings
import Synchronization
import Testing
@testable import Transport

@Suite("Where credentials for AWS come from")
struct CloudCredentialPlanTests {
  private typealias Source = AWSCredentialPlan.Source

  private let config = """
    # comment
    [default]
    region = eu-west-1
    [profile dev]
    region=eu-north-1 ; comment
    role_arn = arn:dev
    source_profile = base
    external_id = x
    [profile loop]
    source_profile = pool
    [profile pool]
    source_profile = loop
    [profile self]
    role_arn = arn:self
    source_profile = self
    aws_access_key_id = SELF
    aws_secret_access_key = s
    [profile sso]
    sso_session = s
    [profile web]
    web_identity_token_file = /token
    role_arn = arn:web
    nested =
      region = hidden
    [profile machine]
    credential_source = Ec2InstanceMetadata
    role_arn = arn:machine
    [profile odd]
    credential_source = Elsewhere
    """
  private let credentials = """
    [base]
    aws_access_key_id = BASE
    AWS_SECRET_ACCESS_KEY = a=b#c
    [other]
    aws_access_key_id=O
    aws_secret_access_key=o
    aws_session_token=t
    """

  private func plan(_ settings: SigV4Settings, _ variables: [String: String] = [:]) throws -> AWSCredentialPlan {
    try AWSCredentialPlan(
      settings, profiles: AWSProfiles(config: config, credentials: credentials), variable: { variables[$0] })
  }

  private func settings(_ change: (inout SigV4Settings) -> Void) -> SigV4Settings {
    var settings = SigV4Settings()
    change(&settings)
    return settings
  }

  private static let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SESSION_TOKEN": "t"]

  @Test("The section comes before its profile, that before the environment, that before the files")
  func order() throws {
    let section = settings {
      $0.keys = .init(accessKey: "SECTION", secretKey: .inline("s"))
      $0.profile = "other"
    }
    let all = Self.keys.merging([
      "AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:w", "AWS_PROFILE": "dev", "AWS_REGION": "r",
    ]) { $1 }
    #expect(try plan(section, all).source == .fixed(AWSCredentials(accessKey: "SECTION", secretKey: "s")))
    #expect(
      try plan(settings { $0.profile = "other" }, all).source
        == .fixed(AWSCredentials(accessKey: "O", secretKey: "o", sessionToken: "t")))
    #expect(
      try plan(SigV4Settings(), all).source
        == .fixed(AWSCredentials(accessKey: "ENV", secretKey: "e", sessionToken: "t")))
    var fewer = all
    fewer["AWS_ACCESS_KEY_ID"] = nil
    #expect(
      try plan(SigV4Settings(), fewer).source
        == .webIdentity(tokenFile: "/t", roleARN: "arn:w", sessionName: nil))
    let base = Source.fixed(AWSCredentials(accessKey: "BASE", secretKey: "a=b#c"))
    #expect(
      try plan(SigV4Settings(), ["AWS_PROFILE": "dev"]).source
        == .role(arn: "arn:dev", externalID: "x", sessionName: nil, base: base))
    #expect(try plan(SigV4Settings()).source == .instance)
    let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"]
    #expect(try plan(SigV4Settings(), container).source == .container(url: "http://169.254.170.2/v2/x"))
    for path in ["@example.com/x", ".example.com/x", "v2/x"] {
      #expect(throws: AWSCredentialPlan.Problem.self) {
        try plan(SigV4Settings(), ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path])
      }
    }
  }

  @Test("A role of the section is taken on with whatever was found")
  func role() throws {
    let section = settings {
      $0.roleARN = "arn:top"
      $0.externalID = "e"
      $0.profile = "web"
      $0.region = "us-east-1"
    }
    let base = Source.webIdentity(tokenFile: "/token", roleARN: "arn:web", sessionName: nil)
    #expect(
      try plan(section).source == .role(arn: "arn:top", externalID: "e", sessionName: nil, base: base))
    #expect(
      try plan(settings { $0.profile = "machine" }, ["AWS_REGION": "r"]).source
        == .role(arn: "arn:machine", externalID: nil, sessionName: nil, base: .instance))
    let own = Source.fixed(AWSCredentials(accessKey: "SELF", secretKey: "s"))
    #expect(
      try plan(settings { $0.profile = "self" }, ["AWS_REGION": "r"]).source
        == .role(arn: "arn:self", externalID: nil, sessionName: nil, base: own))
  }

  @Test("The region: the section, the environment, the profile; the token service follows it")
  func region() throws {
    let section = settings { $0.region = "cn-north-1" }
    let variables = Self.keys.merging(["AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-1"]) { $1 }
    #expect(try plan(section, variables).region == "cn-north-1")
    #expect(try plan(section, variables).stsURL == "https://sts.cn-north-1.amazonaws.com.cn/")
    #expect(try plan(SigV4Settings(), variables).region == "us-west-2")
    #expect(
      try plan(settings { $0.usesFIPSEndpoint = true }, variables).stsURL == "https://sts-fips.us-west-2.amazonaws.com/"
    )
    #expect(try plan(SigV4Settings(), Self.keys).region == "eu-west-1")
    #expect(try plan(settings { $0.profile = "dev" }, Self.keys).region == "eu-north-1")
  }

  @Test(
    "What cannot work says why",
    arguments: [
      ("none", [:], "no profile \"none\""), ("loop", ["AWS_REGION": "r"], "back to itself"),
      ("sso", ["AWS_REGION": "r"], "sso_session"), ("odd", ["AWS_REGION": "r"], "credential_source"),
      ("other", [:], "no region"), ("other", ["AWS_REGION": "a/b"], "region is not a word"),
      (nil, ["AWS_PROFILE": "none"], "no profile"), (nil, ["AWS_EC2_METADATA_DISABLED": "true"], "forbids"),
      (nil, ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"], "AWS_ROLE_ARN is not"),
      (nil, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil/"], "neither https"),
      (nil, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.evil.example/"], "neither https"),
    ] as [(String?, [String: String], String)])
  func problems(profile: String?, variables: [String: String], reason: String) {
    let problem = #expect(throws: AWSCredentialPlan.Problem.self) {
      try plan(settings { $0.profile = profile }, variables)
    }
    #expect(problem?.message.contains(reason) == true, "\(problem?.message ?? "")")
    #expect(problem?.remedy.isEmpty == false)
  }

  @Test(
    "Files that make no sense make no profiles",
    arguments: ["", "[", "]\n=", "key = value", "[profile]\na=b", "[profile a b]\nc=d", "\u{0}[x\ny"])
  func nonsense(text: String) {
    let profiles = AWSProfiles(config: text, credentials: "")
    #expect(profiles.byName.isEmpty)
  }

  @Test("Credentials are read from XML and JSON, and an end that cannot be read is no end")
  func answers() {
    let xml = """
      <?xml version="1.0"?><R xmlns="x"><!-- <AccessKeyId>no</AccessKeyId> --><C>
      <AccessKeyId a="b"> A </AccessKeyId><SecretAccessKey>&lt;&amp;amp;&gt;</SecretAccessKey><SessionToken/>
      <SessionToken>t</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></C></R>
      """
    let read = AWSCredentialAnswer.xml(Array(xml.replacing("<!-- <AccessKeyId>no</AccessKeyId> -->", with: "").utf8))
    #expect(
      read
        == Expiring(
          value: AWSCredentials(accessKey: "A", secretKey: "<&amp;>", sessionToken: "t"), expiry: 1_767_225_600))
    #expect(AWSCredentialAnswer.xml(Array(xml.replacing("2026-", with: "soon-").utf8)) == nil)
    for text in [
      "", "<", "<AccessKeyId>", "<AccessKeyId>a\nb</AccessKeyId><SecretAccessKey>s</SecretAccessKey>", "</>",
    ] {
      #expect(AWSCredentialAnswer.xml(Array(text.utf8)) == nil)
      #expect(AWSCredentialAnswer.json(Array(text.utf8)) == nil)
    }
    #expect(
      AWSCredentialAnswer.json(Array(#"{"AccessKeyId":"A","SecretAccessKey":"s"}"#.utf8))
        == Expiring(value: AWSCredentials(accessKey: "A", secretKey: "s"), expiry: nil))
    #expect(
      AWSCredentialAnswer.complaint(Array("<E><Code>AccessDenied</Code><Message>not you</Message></E>".utf8))
        == "AccessDenied: not you")
  }
}
