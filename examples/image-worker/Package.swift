// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "image-worker",
    dependencies: [
        .package(name: "tq", path: "../..", traits: ["SQLite"])
    ],
    targets: [
        // Debian's libgd-dev.
        .target(name: "CGD", linkerSettings: [.linkedLibrary("gd")]),
        .executableTarget(
            name: "image-worker",
            dependencies: ["CGD", .product(name: "TaskQueueWorker", package: "tq")]
        ),
    ]
)
