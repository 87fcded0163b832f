// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library: `TaskQueue` at the bottom, the transports on it, then what connects to them, then what the programs
/// share.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A program: options in, exit status out.
func program(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["TaskQueue", "CommandLineOptions", "CommandSupport", "Connections"]
            + dependencies,
        swiftSettings: settings
    )
}

/// A library that others build on.
func product(_ name: String) -> Product { .library(name: name, targets: [name]) }

/// A dependency that is there if the package's trait of that name is.
func dependency(_ name: String, trait: String) -> Target.Dependency {
    .target(name: name, condition: .when(traits: [trait]))
}

/// What programs that stay need besides.
let logging: [Target.Dependency] = [.product(name: "Logging", package: "swift-log")]
let service: [Target.Dependency] = ["ServiceSupport"] + logging

/// What programs need that have to do with periodic tasks.
let beat: [Target.Dependency] = ["TaskSchedules", "TaskSettings", "TaskBeat"]

/// What programs of others may have set up, each by the trait of that name.
let metrics: Target.Dependency = .product(
    name: "CoreMetrics",
    package: "swift-metrics",
    condition: .when(traits: ["Metrics"])
)
let tracing: Target.Dependency = .product(
    name: "Tracing",
    package: "swift-distributed-tracing",
    condition: .when(traits: ["Tracing"])
)
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle",
    condition: .when(traits: ["ServiceLifecycle"])
)

/// Tests; a folder `Fixtures` in them is read where it lies.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

/// What `make fuzz` runs: built for that alone.
let fuzzers: [Target] =
    Context.environment["TQ_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets"],
            path: "Tests/Fuzz/Program",
            swiftSettings: settings
        )
    ]

/// What `make bench` measures: built for that alone.
let benchmarks: [Target] =
    Context.environment["TQ_BENCHMARKS"] == nil
    ? []
    : [
        .executableTarget(
            name: "noop-worker",
            dependencies: ["TaskQueueWorker"],
            path: "Benchmarks/programs/noop-worker",
            swiftSettings: settings
        )
    ]

let package = Package(
    name: "tq",
    products: [product("TaskQueueClient"), product("TaskQueueWorker")],
    traits: [
        .default(enabledTraits: ["SQLite", "Redis", "RabbitMQ", "Compression"]),
        .trait(name: "SQLite", description: "brokers and results in an SQLite file: sqlite3"),
        .trait(name: "Redis", description: "brokers and results on a Redis server: hiredis"),
        .trait(name: "RabbitMQ", description: "brokers on a RabbitMQ server: librabbitmq"),
        .trait(
            name: "Compression",
            description: "messages and results that Celery has compressed: zlib, bzip2, xz"
        ),
        .trait(
            name: "Metrics",
            description: "workers and clients count what they do: swift-metrics"
        ),
        .trait(
            name: "Tracing",
            description:
                "spans for sending and running, and their context: swift-distributed-tracing"
        ),
        .trait(
            name: "ServiceLifecycle",
            description: "workers and clients are services: swift-service-lifecycle"
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        // Fetched only if a trait asks for it.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CLinux"),
        .target(name: "COpenSSL"),
        .target(name: "CRabbitMQ"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CCompression"),

        library("TaskQueue", ["CLinux"]),
        library("TaskSchedules", ["TaskQueue"]),
        library("TaskSettings", ["TaskQueue", "TaskSchedules"]),
        library("TaskCommands", ["TaskQueue", "TaskSettings", "CLinux"]),
        library("TaskBeat", ["TaskQueue", "TaskSchedules", "TaskSettings"]),
        library("SQLiteTransport", ["TaskQueue", "CLinux", "CSQLite"]),
        library("RedisTransport", ["TaskQueue", "CLinux", "CHiredis", "COpenSSL"]),
        library("AMQPTransport", ["TaskQueue", "CRabbitMQ"]),
        library("Decompression", ["TaskQueue", dependency("CCompression", trait: "Compression")]),
        library(
            "Connections",
            [
                "TaskQueue", "TaskSettings", dependency("SQLiteTransport", trait: "SQLite"),
                dependency("RedisTransport", trait: "Redis"),
                dependency("AMQPTransport", trait: "RabbitMQ"),
            ]
        ),
        library("CommandLineOptions"),
        library(
            "CommandSupport",
            ["TaskQueue", "TaskSettings", "CommandLineOptions", "Connections"]
        ),
        library(
            "ServiceSupport",
            [
                "TaskQueue", "TaskSchedules", "TaskSettings", "TaskBeat", "CommandLineOptions",
                "CommandSupport", "Connections",
            ] + logging
        ),

        library(
            "WorkerProgram",
            [
                "TaskQueue", "TaskSettings", "TaskBeat", "TaskCommands", "CommandLineOptions",
                "CommandSupport", "Connections", "Decompression", metrics,
            ] + service
        ),
        // No option parser, nor anything else of a program's.
        library(
            "TaskQueueClient",
            [
                "TaskQueue", "TaskSettings", "Connections", "Decompression", metrics, tracing,
                lifecycle,
            ] + logging
        ),
        library(
            "TaskQueueWorker",
            [
                "TaskQueue", "TaskSettings", "CommandLineOptions", "CommandSupport",
                "TaskQueueClient", "Connections", "WorkerProgram", tracing, lifecycle,
            ] + service
        ),

        program("tq-send", ["TaskSettings", "Decompression"]),
        program("tq-work", ["WorkerProgram", "ServiceSupport"]),
        program("tq-beat", beat + service),
        program("tq-result", ["Decompression"]),
        program("tq-ctl", beat + ["Decompression"]),

        .executableTarget(
            name: "test-handlers",
            dependencies: ["TaskQueueWorker"],
            path: "Tests/HandlerProgram",
            swiftSettings: settings
        ),
        .target(
            name: "FuzzTargets",
            dependencies: ["TaskQueue", "TaskCommands", "RedisTransport"] + beat,
            path: "Tests/Fuzz/Targets",
            swiftSettings: settings
        ),
        // In C, which no test target can be.
        .target(
            name: "OpenSSLHeaders",
            dependencies: ["COpenSSL"],
            path: "Tests/OpenSSLHeaders"
        ),
        // A test target, so that static builds of the programs never see it.
        tests("TestSupport", ["TaskQueue", "TaskCommands"] + beat),
        tests("TaskQueueTests", ["TaskQueue", "TestSupport"], exclude: ["Fixtures"]),
        tests(
            "TaskSchedulesTests",
            ["TaskQueue", "TaskSchedules", "TestSupport"],
            exclude: ["Fixtures"]
        ),
        tests("TaskSettingsTests", ["TaskQueue", "TaskSchedules", "TaskSettings", "TestSupport"]),
        tests("TaskCommandsTests", ["TaskQueue", "TaskCommands", "TestSupport"]),
        tests("TaskBeatTests", ["TaskQueue", "TestSupport"] + beat),
        tests(
            "TaskQueueWorkerTests",
            ["TaskQueue", "TaskQueueClient", "TaskQueueWorker", "TestSupport"]
        ),
        tests("SQLiteTransportTests", ["SQLiteTransport", "TaskQueue", "TestSupport"]),
        tests("AMQPTransportTests", ["AMQPTransport", "TaskQueue", "TestSupport"]),
        tests(
            "RedisTransportTests",
            ["OpenSSLHeaders", "RedisTransport", "TaskQueue", "TestSupport"] + beat
        ),
        tests(
            "TaskQueueClientTests",
            ["TaskQueueClient", "Connections", "TaskQueue", "TestSupport"] + beat
        ),
        tests(
            "CommandSupportTests",
            [
                "CommandLineOptions", "CommandSupport", "Connections", "TaskQueue", "TestSupport",
                "AMQPTransport", "RedisTransport", "SQLiteTransport",
                "tq-send", "tq-work", "tq-beat", "tq-result", "tq-ctl",
            ] + beat
        ),
        tests(
            "CommandTests",
            ["TaskQueue", "TaskCommands", "TestSupport"] + beat,
            exclude: ["Fixtures"]
        ),
        tests("FuzzTests", ["FuzzTargets", "TestSupport"]),
    ] + benchmarks + fuzzers
)
