// swift-tools-version: 6.3
import PackageDescription

/// What every Swift target is compiled with.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// Storey 0 also marks every unsafe expression.
let values = house + [.strictMemorySafety()]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

/// The tests of the target called `subject`, in Tests/<subject>Tests.
func tests(_ subject: String, _ others: [Target.Dependency] = [], fixtures: Bool = false) -> Target {
  .testTarget(
    name: "\(subject)Tests", dependencies: [.init(stringLiteral: subject), "GodwitTesting"] + others,
    exclude: fixtures ? ["Fixtures"] : [], swiftSettings: house)
}

let package = Package(
  name: "godwit",
  products: [
    .executable(name: "godwit", targets: ["godwit"]),
    // For the package in Benchmarks alone.
    .library(name: "Benchmarking", targets: ["CostBounds", "PipelineStages"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Storey 0: values, and the C faces of system libraries. Nothing here does I/O.
    .target(name: "CByteCoding"),
    .target(name: "CCrypt", linkerSettings: [.linkedLibrary("crypt", .when(platforms: [.linux]))]),
    .target(name: "CLibYAML", linkerSettings: [.linkedLibrary("yaml")]),
    .target(name: "CMemory"),
    .target(name: "CPolling"),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .target(name: "CSnappy", linkerSettings: [.linkedLibrary("snappy")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "ByteCoding", dependencies: ["CByteCoding"], swiftSettings: values),
    .target(name: "Diagnostics", swiftSettings: values),
    .target(name: "MetricModel", dependencies: ["ByteCoding"], swiftSettings: values),
    .target(name: "Exposition", dependencies: ["ByteCoding", "MetricModel"], swiftSettings: values),
    .target(name: "Relabeling", dependencies: ["CRE2", "MetricModel"], swiftSettings: values),
    .target(
      name: "RemoteWriteProtocol", dependencies: ["ByteCoding", "CSnappy", "MetricModel"], swiftSettings: values),
    .target(name: "Settings", dependencies: ["MetricModel", "Relabeling"], swiftSettings: values),

    // Storey 1: mechanisms, one job each.
    .target(
      name: "AgentConfiguration", dependencies: ["CLibYAML", "Diagnostics", "MetricModel", "Relabeling", "Settings"],
      swiftSettings: house),
    .target(name: "Telemetry", dependencies: [logging], swiftSettings: house),
    .target(
      name: "Intake",
      dependencies: ["MetricModel", "RemoteWriteProtocol", "Telemetry", httpTypes, hummingbird, nioCore],
      swiftSettings: house),
    .target(
      name: "Listening",
      dependencies: [
        "ByteCoding", "CCrypt", "EventLoops", "Settings", httpTypes, hummingbird, lifecycle, logging, nioCore, nioPosix, nioSSL,
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdHTTP2", package: "hummingbird"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOTLS", package: "swift-nio"),
      ], swiftSettings: house),
    .target(name: "EventLoops", dependencies: ["CPolling"], swiftSettings: house),
    .target(name: "HTTPAnswers", swiftSettings: house),
    .target(
      name: "Transport",
      dependencies: [
        "CZlib", "EventLoops", "HTTPAnswers", "Settings", nioCore, nioPosix, nioSSL,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
      ], swiftSettings: house),
    .target(name: "CResolver", linkerSettings: [.linkedLibrary("resolv")]),
    .target(
      name: "Discovery", dependencies: ["CResolver", "MetricModel", "Relabeling", "Settings"], swiftSettings: house),
    .target(
      name: "Scraping",
      dependencies: [
        "ByteCoding", "Discovery", "Exposition", "MetricModel", "Relabeling", "Settings", "Telemetry", logging,
      ],
      swiftSettings: house),
    .target(name: "DurableLog", dependencies: ["ByteCoding"], swiftSettings: house),
    .target(name: "SampleLog", dependencies: ["ByteCoding", "DurableLog", "MetricModel"], swiftSettings: house),
    .target(
      name: "Delivery",
      dependencies: [
        "ByteCoding", "Diagnostics", "DurableLog", "MetricModel", "Relabeling", "RemoteWriteProtocol", "SampleLog",
        "Settings", "Telemetry", logging,
      ], swiftSettings: house),

    // Storey 2: capabilities, composed of mechanisms.
    .target(name: "Advice", dependencies: ["AgentConfiguration", "Diagnostics"], swiftSettings: house),
    .target(
      name: "Agent",
      dependencies: [
        "AgentConfiguration", "ByteCoding", "CMemory", "Delivery", "Diagnostics", "Discovery", "DurableLog",
        "EventLoops", "Intake", "Listening", "MetricModel", "Relabeling", "RemoteWriteProtocol", "SampleLog",
        "Scraping", "Settings", "Telemetry", "Transport", httpTypes, hummingbird, logging, nioCore, unixSignals,
      ], swiftSettings: house),
    .target(
      name: "Bench",
      dependencies: [
        "MetricModel", "RemoteWriteProtocol", nioCore, nioPosix, .product(name: "NIOHTTP1", package: "swift-nio"),
      ], swiftSettings: house),
    .target(
      name: "ConfigurationReview",
      dependencies: ["AgentConfiguration", "Diagnostics", "MetricModel", "Relabeling", "Settings"], swiftSettings: house),
    .target(
      name: "Generation", dependencies: ["AgentConfiguration", "Diagnostics", "Settings"],
      resources: [.embedInCode("Profiles")], swiftSettings: house),
    .target(
      name: "LogReview",
      dependencies: ["Delivery", "Diagnostics", "DurableLog", "RemoteWriteProtocol", "SampleLog"],
      swiftSettings: house),
    .target(
      name: "RelabelReview",
      dependencies: [
        "AgentConfiguration", "ByteCoding", "Diagnostics", "Exposition", "MetricModel", "Relabeling",
        "RemoteWriteProtocol", "Settings",
      ], swiftSettings: house),
    .target(
      name: "Observability", dependencies: ["Diagnostics", "Settings"], resources: [.embedInCode("Templates")],
      swiftSettings: house),
    .target(
      name: "Receiver",
      dependencies: [
        "Intake", "Listening", "MetricModel", "RemoteWriteProtocol", "Telemetry", httpTypes, hummingbird, logging,
        nioCore,
      ], swiftSettings: house),
    .target(
      name: "Sizing",
      dependencies: ["AgentConfiguration", "Delivery", "Diagnostics", "Exposition", "MetricModel", "Settings"],
      swiftSettings: house),

    // Storey 3: surfaces. They render and decide nothing.
    .executableTarget(
      name: "godwit",
      dependencies: [
        "Advice", "Agent", "AgentConfiguration", "Bench", "CMemory", "ConfigurationReview", "Delivery", "Diagnostics",
        "DurableLog", "Generation", "Listening", "LogReview", "MetricModel", "Observability", "Receiver",
        "RelabelReview", "Relabeling", "RemoteWriteProtocol", "Settings", "Sizing", "Telemetry", "Transport", logging,
        unixSignals,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: house),

    // Tests, one target for each target; those of the program as a whole are in EndToEndTests.
    .target(name: "GodwitTesting", path: "Tests/GodwitTesting", swiftSettings: house),
    .target(
      name: "SimulatedDisk", dependencies: ["DurableLog", "GodwitTesting"], path: "Tests/SimulatedDisk",
      swiftSettings: house),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "AgentConfiguration", "ByteCoding", "Delivery", "Diagnostics", "Discovery", "DurableLog", "Exposition",
        "GodwitTesting", "HTTPAnswers", "Intake", "Listening", "MetricModel", "Relabeling", "RemoteWriteProtocol",
        "SampleLog", "Scraping", "Settings", "SimulatedDisk",
      ], path: "Tests/FuzzTargets", swiftSettings: house),
    .executableTarget(
      name: "BacklogFiller", dependencies: ["DurableLog", "MetricModel", "SampleLog"], path: "Tests/BacklogFiller",
      swiftSettings: house),
    .executableTarget(name: "ConformanceTable", path: "Tests/ConformanceTable", swiftSettings: house),
    .target(name: "CostBounds", path: "Benchmarks/CostBounds", swiftSettings: house),
    .target(
      name: "PipelineStages",
      dependencies: [
        "Delivery", "DurableLog", "Exposition", "GodwitTesting", "MetricModel", "Relabeling", "RemoteWriteProtocol",
        "SampleLog", "Scraping", "Settings",
      ], path: "Benchmarks/PipelineStages", swiftSettings: house),
    tests(
      "ConfigurationReview", ["AgentConfiguration", "Diagnostics", "MetricModel", "Relabeling", "Settings"],
      fixtures: true),
    tests("Advice", ["Diagnostics"], fixtures: true),
    tests("AgentConfiguration", ["Diagnostics", "MetricModel", "Relabeling", "Settings"], fixtures: true),
    tests(
      "Agent",
      [
        "AgentConfiguration", "ByteCoding", "Delivery", "Diagnostics", "Discovery", "DurableLog", "Listening",
        "MetricModel", "RemoteWriteProtocol", "Settings", "Telemetry", "Transport", logging,
      ]),
    tests("Bench", ["Exposition", "MetricModel", "RemoteWriteProtocol"]),
    tests("ByteCoding", ["CByteCoding"]),
    tests("CostBounds"),
    tests(
      "Delivery",
      ["DurableLog", "MetricModel", "Relabeling", "RemoteWriteProtocol", "SampleLog", "Settings", "Telemetry", logging]),
    tests("Diagnostics"),
    tests("Discovery", ["MetricModel", "Relabeling", "Settings"]),
    tests("DurableLog", ["SimulatedDisk"]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["Bench", "Exposition", "GodwitTesting", "MetricModel"],
      exclude: ["Senders"], swiftSettings: house),
    tests("EventLoops"),
    tests("Exposition", ["ByteCoding", "MetricModel"], fixtures: true),
    .testTarget(
      name: "FuzzTargetsTests", dependencies: ["FuzzTargets", "GodwitTesting"], exclude: ["Found"],
      swiftSettings: house),
    tests("Generation", ["AgentConfiguration", "Diagnostics", "MetricModel", "Settings"]),
    tests("HTTPAnswers"),
    tests("Intake", ["MetricModel", "RemoteWriteProtocol"]),
    tests("Listening", ["Settings", hummingbird, logging, nioCore, nioPosix, nioSSL]),
    tests(
      "LogReview",
      [
        "Delivery", "Diagnostics", "DurableLog", "MetricModel", "RemoteWriteProtocol", "SampleLog", "Settings",
        "Telemetry", logging,
      ]),
    tests("MetricModel", ["ByteCoding"]),
    tests("Observability", ["Diagnostics"], fixtures: true),
    tests("PipelineStages", ["Exposition", "MetricModel", "RemoteWriteProtocol"]),
    tests(
      "Receiver",
      [
        "Agent", "ByteCoding", "Delivery", "DurableLog", "Intake", "Listening", "MetricModel", "RemoteWriteProtocol",
        "SampleLog", "Settings", "Telemetry", hummingbird, logging, nioCore, nioPosix,
      ]),
    tests("Relabeling", ["MetricModel"], fixtures: true),
    tests("RelabelReview", ["Diagnostics", "MetricModel", "Relabeling", "RemoteWriteProtocol"]),
    tests("RemoteWriteProtocol", ["CSnappy", "MetricModel"], fixtures: true),
    tests("SampleLog", ["ByteCoding", "DurableLog", "MetricModel"]),
    tests(
      "Scraping", ["Discovery", "Exposition", "MetricModel", "Relabeling", "Settings", "Telemetry", logging]),
    tests("Settings"),
    tests("Sizing", ["Diagnostics", "Settings"], fixtures: true),
    tests("Telemetry", [logging]),
    tests(
      "Transport",
      [
        "EventLoops", "Settings", nioCore, nioPosix, nioSSL,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      ], fixtures: true),
    tests("godwit", ["Listening"]),
    .testTarget(name: "TidyTests", swiftSettings: house),
  ])

// `make fuzz` builds the fuzz targets into a program of libFuzzer's, which brings its own `main`.
if Context.environment["GODWIT_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz",
      swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]))
}
