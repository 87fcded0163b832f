// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hummingbird-service",
    dependencies: [
        .package(name: "tq", path: "../..", traits: ["Redis", "ServiceLifecycle"]),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird",
            from: "2.28.1",
            traits: []
        ),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "hummingbird-service",
            dependencies: [
                .product(name: "TaskQueueWorker", package: "tq"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        )
    ]
)
