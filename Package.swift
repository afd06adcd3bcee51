// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// What each of the programs is built with.
let program: [Target.Dependency] = [
    "Common", "Feed", "ZeroMQ",
    .product(name: "ArgumentParser", package: "swift-argument-parser"),
    .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]

/// What is fuzzed, in the tests and by `make fuzz`, and what that needs.
let fuzzing: [Target.Dependency] = [
    "Common", "Consumer", "Feed", "Streaming", "TestSupport",
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
    .product(name: "Logging", package: "swift-log"),
    .product(name: "NIOCore", package: "swift-nio"),
]

let package = Package(
    name: "streamllm",
    products: [
        .executable(name: "streamllm-producer", targets: ["Producer"]),
        .executable(name: "streamllm-consumer", targets: ["Consumer"]),
        .executable(name: "streamllm-subscribe", targets: ["Subscriber"]),
        // For Benchmarks/Micro, which is a package of its own: from outside only products can be imported.
        .library(name: "StreamLLMParts", targets: ["Common", "Feed", "Streaming", "ZeroMQ"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.26.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        // The C doors: libzmq from the system, simdjson behind a few C functions.
        .systemLibrary(name: "CZMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),

        // The libraries.
        .target(name: "ZeroMQ", dependencies: ["CZMQ"], swiftSettings: strict + [.strictMemorySafety()]),
        .target(
            name: "Common",
            dependencies: [
                "CSimdJSON",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "Feed",
            dependencies: ["Common", "ZeroMQ", .product(name: "DequeModule", package: "swift-collections")],
            swiftSettings: strict),
        .target(
            name: "Streaming",
            dependencies: ["Common", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: strict),

        // The programs.
        .executableTarget(name: "Producer", dependencies: program, swiftSettings: strict),
        .executableTarget(
            name: "Consumer",
            dependencies: program + [
                "Streaming",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .executableTarget(name: "Subscriber", dependencies: program, swiftSettings: strict),

        // The tests, a folder a module, and what they share.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "OllamaStub",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/OllamaStub", swiftSettings: strict),
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "Common", "Feed", "OllamaStub", "TestSupport", "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Chaos", swiftSettings: strict),
        .testTarget(
            name: "ConsumerTests",
            dependencies: [
                "Consumer", "Common", "Feed", "Streaming", "OllamaStub", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Python"], swiftSettings: strict),
        .testTarget(
            name: "CommonTests",
            dependencies: [
                "Common", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .testTarget(
            name: "ProducerTests", dependencies: ["Producer", "Common", "Feed", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "FeedTests", dependencies: ["Feed", "ZeroMQ", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "StreamingTests", dependencies: ["Common", "Streaming", "TestSupport"],
            resources: [.copy("Fixtures")], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Common", "Feed", "ZeroMQ", "Producer", "Consumer", "Subscriber", "Chaos", "OllamaStub", "TestSupport",
            ],
            exclude: ["Python"], swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: fuzzing, path: "Tests/Fuzz", exclude: ["CLibFuzzer", "Corpus", "Fuzzer"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// `make fuzz` sets this. All that reads what others write is then built for libFuzzer and AddressSanitizer, and with it the
// fuzzer. No program can be linked into another, so the consumer becomes a library.
if Context.environment["STREAMLLM_FUZZ"] != nil {
    let watched: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])]
    package.products = []
    package.targets.removeAll { $0.type == .test || ["Producer", "Subscriber", "Chaos"].contains($0.name) }
    for target in package.targets {
        switch target.name {
        case "ZeroMQ", "Common", "Feed", "Streaming": target.swiftSettings?.append(contentsOf: watched)
        case "CSimdJSON": target.cxxSettings = [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]
        default: break
        }
    }
    if let index = package.targets.firstIndex(where: { $0.name == "Consumer" }) {
        package.targets[index] = .target(
            name: "Consumer", dependencies: package.targets[index].dependencies, exclude: ["ConsumerCommand.swift"],
            swiftSettings: strict + watched)
    }
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: fuzzing + ["CLibFuzzer"], path: "Tests/Fuzz",
            exclude: ["CLibFuzzer", "Corpus", "Tests"], swiftSettings: strict + watched,
            // Debian's own linker, gold, can't read the debug information that comes of it.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
}
