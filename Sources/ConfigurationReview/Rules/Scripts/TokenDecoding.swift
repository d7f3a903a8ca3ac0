/// A JSON web token decoded as plain base64
///
/// The parts of such a token are base64url without padding. `base64 -d` stumbles over `-`, `_` and the missing
/// padding, and an error that is thrown away looks like a token without content.
///
/// Wrong:
///
///     echo "$JWT" | cut -d. -f2 | base64 -d 2>/dev/null | grep exp
///
/// Right:
///
///     python3 -c 'import base64,sys; p=sys.argv[1].split(".")[1]; print(base64.urlsafe_b64decode(p+"=="))' "$JWT"
struct TokenDecoding: StatementRule {
  let facts = RuleFacts("GW455", .warning, why: "A valid token looks broken, or a broken one like an expired one.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.contains("base64 -d") || statement.contains("base64 --decode"),
      statement.contains(#/cut -d\s*['"]?\.|split\(["']\.["']\)|[Jj][Ww][Tt]/#)
    else { return nil }
    return (
      "a part of a JSON web token is base64url without padding", "base64 -d takes neither",
      "translate - and _ to + and /, add the padding, and look at nbf, exp and aud; do not throw errors away"
    )
  }
}
