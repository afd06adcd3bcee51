// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "streamllm",
    products: [
        .executable(name: "streamllm-producer", targets: ["Producer"]),
        .executable(name: "streamllm-consumer", targets: ["Consumer"]),
        .executable(name: "streamllm-subscribe", targets: ["Subscriber"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
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
        .executableTarget(
            name: "Producer",
            dependencies: [
                "Common", "Feed",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Consumer",
            dependencies: [
                "Common", "Feed", "Streaming",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Subscriber",
            dependencies: [
                "Common", "Feed",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
