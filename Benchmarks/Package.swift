// swift-tools-version: 6.3
import PackageDescription

// What a sample costs at each stage: allocations and instructions for the gate in CI, times for information. A package
// of its own, for `stages` brings its own `malloc`. Of its parent it builds only what one product needs.

/// As in the parent's manifest.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "godwit", path: "..")],
  targets: [
    .target(name: "CMeasuring"),
    .executableTarget(
      name: "stages", dependencies: ["CMeasuring", .product(name: "Benchmarking", package: "godwit")],
      swiftSettings: house,
      // Valgrind stumbles over the debugging information of Swift and needs none: the names of functions stay.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--strip-debug"], .when(platforms: [.linux]))]),
    .executableTarget(
      name: "gates", dependencies: [.product(name: "Benchmarking", package: "godwit")], swiftSettings: house),
  ])
