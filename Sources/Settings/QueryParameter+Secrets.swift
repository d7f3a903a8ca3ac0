extension QueryParameter {
  /// Words in the name of a header or parameter that carries a secret.
  private static let telltales = ["auth", "token", "key", "secret", "password", "cookie", "credential", "signature"]

  /// Whether a header or parameter of this name may carry a secret, going by the words in it.
  public static func speaksOfSecret(_ name: some StringProtocol) -> Bool {
    let lowered = Array(name.lowercased().utf8)
    return telltales.contains { word in
      let word = Array(word.utf8)
      return lowered.count >= word.count
        && (0...lowered.count - word.count).contains { lowered[$0..<$0 + word.count].elementsEqual(word) }
    }
  }

  /// `url` as it may be shown: the value of every parameter whose name speaks of a secret is `<secret>`.
  ///
  /// A text without a query comes back as it is.
  public static func maskingSecrets(inURL url: String) -> String {
    guard let mark = url.firstIndex(of: "?") else { return url }
    let rest = url[url.index(after: mark)...]
    let query = rest.prefix { $0 != "#" }
    let pairs = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      guard let equals = pair.firstIndex(of: "="), speaksOfSecret(pair[..<equals]) else { return String(pair) }
      return String(pair[...equals]) + "<secret>"
    }
    return String(url[...mark]) + pairs.joined(separator: "&") + String(rest[query.endIndex...])
  }
}
