/// A container of a page: the labels that all its series share.
struct PageContainer {
  /// The families that a container has a series in, and what each scrape adds to it.
  static let families: [(family: PageFamily, step: Int)] = [
    (PageFamily(name: "container_cpu_cfs_periods_total", kind: .counter, help: "Periods of enforcement."), 50),
    (PageFamily(name: "container_fs_reads_bytes_total", kind: .counter, help: "Bytes read."), 0),
    (PageFamily(name: "container_fs_writes_bytes_total", kind: .counter, help: "Bytes written."), 4096),
    (PageFamily(name: "container_memory_cache", kind: .gauge, help: "Bytes of page cache."), 8192),
    (PageFamily(name: "container_memory_rss", kind: .gauge, help: "Resident bytes."), 4096),
    (PageFamily(name: "container_memory_usage_bytes", kind: .gauge, help: "Bytes in use."), 12_288),
    (PageFamily(name: "container_memory_working_set_bytes", kind: .gauge, help: "Bytes that are needed."), 12_288),
    (PageFamily(name: "container_network_receive_bytes_total", kind: .counter, help: "Bytes received."), 48_611),
    (PageFamily(name: "container_network_transmit_bytes_total", kind: .counter, help: "Bytes sent."), 39_119),
    (PageFamily(name: "container_spec_memory_limit_bytes", kind: .gauge, help: "Bytes that are allowed."), 0),
  ]

  private let labels: [(name: String, value: String)]
  /// The parts of the labels that are another container's when it is replaced.
  private let identity: [String]

  init(_ index: Int, random: inout MixRandom) {
    let (id, hash) = (random.hex(16) + random.hex(16), random.hex(8))
    let pod = "checkout-frontend-\(hash)-\(index)"
    labels = [
      ("container", "POD"), ("id", "/kubepods.slice/kubepods-burstable.slice/\(id)"),
      ("image", "registry.example.com/platform/checkout-frontend:v1.\(index)"), ("interface", "eth0"),
      ("name", "k8s_\(pod)_\(id)"), ("namespace", "production"), ("pod", pod),
    ]
    identity = [id, hash]
  }

  func series(of family: PageFamily, base: Int, step: Int, digits: Int) -> PageSeries {
    PageSeries(
      family: family, name: family.name, labels: labels, base: base, step: step, digits: digits, identity: identity)
  }
}
