/// Which full names a name stands for, in the order in which they are tried.
enum DNSSearch {
  /// A name that ends with a dot stands for itself alone. Any other is tried as it is and with each search domain: as
  /// it is first when it has at least `dots` dots, else last.
  static func names(for name: String, domains: [String], dots: Int) -> [String] {
    if name.utf8.last == UInt8(ascii: ".") { return [name] }
    let full = name + "."
    let searched = domains.map { domain in
      let domain = domain.utf8.last == UInt8(ascii: ".") ? String(domain.dropLast()) : domain
      return domain.isEmpty ? full : full + domain + "."
    }
    let hasDots = name.utf8.count { $0 == UInt8(ascii: ".") } >= dots
    return hasDots ? [full] + searched : searched + [full]
  }
}
