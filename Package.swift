// swift-tools-version: 6.2
import PackageDescription

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

// Only builds for debugging have failpoints.
let debugged: [SwiftSetting] = [.define("FAILPOINTS", .when(configuration: .debug))]

// Which target may import which is held by `ArchitectureTests`; the lists here say what is linked.
let package = Package(
    name: "tuesday",
    products: [
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
        .library(name: "PostgresClient", targets: ["PostgresClient"]),
        .executable(name: "tuesday-intake", targets: ["tuesday-intake"]),
        .executable(name: "tuesday-router", targets: ["tuesday-router"]),
        .executable(name: "tuesday-followup", targets: ["tuesday-followup"]),
        .executable(name: "tuesday-stats", targets: ["tuesday-stats"]),
        .executable(name: "tuesday", targets: ["tuesday"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLinux"),

        .target(name: "Failpoints", swiftSettings: debugged),
        .target(name: "KafkaClient", dependencies: ["CRdKafka", "Failpoints"], swiftSettings: debugged),
        .target(name: "PostgresClient", dependencies: ["CLibpq", "Failpoints"]),
        .target(name: "EmbeddedPostgres"),

        .target(name: "Domain"),
        .target(name: "Contracts", dependencies: ["Domain", crypto], resources: [.copy("Schemas")]),
        .target(name: "Workflow", dependencies: ["Domain", "Contracts", logging, metrics]),

        .target(
            name: "Store", dependencies: ["PostgresClient", "Failpoints", "Workflow", "Contracts", "Domain", crypto, logging],
            resources: [.copy("Schema")], swiftSettings: debugged),
        .target(
            name: "Messaging",
            dependencies: ["KafkaClient", "Failpoints", "Workflow", "Contracts", "Domain", logging, metrics]),
        .target(name: "Web", dependencies: ["Failpoints", "Workflow", "Contracts", "Domain", hummingbird, logging]),
        .target(
            name: "Runtime",
            dependencies: [
                "Web", "Messaging", "Store", "KafkaClient", "PostgresClient", "Failpoints", "Workflow", "Contracts",
                "Domain", "CLinux", hummingbird, lifecycle, logging, metrics,
            ], swiftSettings: debugged),

        .executableTarget(name: "tuesday-intake", dependencies: ["Runtime", "Workflow"]),
        .executableTarget(name: "tuesday-router", dependencies: ["Runtime", "Workflow"]),
        .executableTarget(name: "tuesday-followup", dependencies: ["Runtime", "Workflow"]),
        .executableTarget(name: "tuesday-stats", dependencies: ["Runtime", "Workflow"]),
        .executableTarget(
            name: "tuesday",
            dependencies: [
                "Runtime", "EmbeddedPostgres", "Web", "Store", "Messaging", "Workflow", "Contracts", "Domain", "KafkaClient",
                "PostgresClient", arguments, httpClient, nioFoundation, nioPosix, histogram,
            ]),

        .target(name: "SimulatedTime", path: "Tests/SimulatedTime"),
        .target(name: "Chance", path: "Tests/Chance"),
        .executableTarget(
            name: "Simulation", dependencies: ["Workflow", "Domain", "Contracts", "SimulatedTime", "Chance", logging], path: "Tests/Simulation",
            // Thousands of runs belong to the tests, which are built for debugging.
            swiftSettings: [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        .target(name: "TestSupport", dependencies: ["EmbeddedPostgres"], path: "Tests/TestSupport"),
        .executableTarget(
            name: "Faults",
            dependencies: [
                "EmbeddedPostgres", "KafkaClient", "PostgresClient", "Store", "Contracts", "Domain", "TestSupport", "Chance",
                arguments, httpClient, nioFoundation,
            ], path: "Tests/Faults"),
        .executableTarget(
            name: "Fuzzing",
            dependencies: ["Runtime", "Web", "Workflow", "Contracts", "Domain", "Chance", hummingbird, logging, nioEmbedded],
            path: "Tests/Fuzzing", exclude: ["Corpus"]),
        .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing", "Runtime"]),
        .testTarget(name: "KafkaClientTests", dependencies: ["KafkaClient"]),
        .testTarget(name: "PostgresClientTests", dependencies: ["PostgresClient", "EmbeddedPostgres", "TestSupport"]),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(name: "WorkflowTests", dependencies: ["Workflow", "Contracts", "TestSupport", logging]),
        .testTarget(name: "ContractsTests", dependencies: ["Contracts", "Domain"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Workflow", "Contracts", "Domain", "PostgresClient", "TestSupport"]),
        .testTarget(
            name: "WebTests", dependencies: ["Web", "Workflow", "Contracts", "Domain", hummingbird, hummingbirdTesting]),
        .testTarget(name: "RuntimeTests", dependencies: ["Runtime", "Workflow", "Contracts", "KafkaClient", logging]),
        .testTarget(name: "BenchTests", dependencies: ["tuesday", "Workflow", "Domain", nioPosix]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(name: "FaultTests", dependencies: ["Faults", "Failpoints", "PostgresClient", "TestSupport"]),
        .testTarget(
            name: "DeployTests",
            dependencies: ["tuesday", "Runtime", "Workflow", "Contracts", "Domain", "KafkaClient", arguments]),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "EmbeddedPostgres", "KafkaClient", "PostgresClient", "Contracts", "Domain", "TestSupport", httpClient, nioFoundation,
            ]),
    ],
    swiftLanguageModes: [.v6]
)
