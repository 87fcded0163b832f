// swift-tools-version: 6.2
import PackageDescription

// What programs of others build on, with the traits that are off in tq's own build: `make test` runs these
// tests after the others.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A package in a folder has that folder's name.
let tq = String(Context.packageDirectory.split(separator: "/").dropLast(2).last ?? "tq")

let package = Package(
    name: "ecosystem",
    dependencies: [
        .package(
            path: "../..",
            traits: ["SQLite", "Redis", "Metrics", "Tracing", "ServiceLifecycle"]
        ),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .testTarget(
            name: "EcosystemTests",
            dependencies: [
                .product(name: "TaskQueueClient", package: tq),
                .product(name: "TaskQueueWorker", package: tq),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        )
    ]
)
