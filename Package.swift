// swift-tools-version: 6.2
import PackageDescription

// Libraries of others; docs/decisions says why each is there.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// `make deb` sets this: the programs become one, which looks at the name it is called by, since most of their code is the same.
let isOneProgram = Context.environment["STREAMLLM_ONE_PROGRAM"] != nil

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

extension Target {
    /// A library of ours, in Sources.
    static func library(
        _ name: String, _ dependencies: [Dependency], _ more: [SwiftSetting] = [], resources: [Resource] = []
    ) -> Target {
        target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict + more)
    }

    /// A program, in Sources: it reads options and puts libraries together.
    static func program(_ name: String, _ dependencies: [Dependency]) -> Target {
        let dependencies = dependencies + [argumentParser, logging, serviceLifecycle]
        guard isOneProgram else {
            return executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
        }
        let entry = ["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "streamllm_\(name)_main"]
        return target(name: name, dependencies: dependencies, swiftSettings: strict + [.unsafeFlags(entry)])
    }

    /// What tests share, in Tests.
    static func support(_ name: String, _ dependencies: [Dependency]) -> Target {
        target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
    }

    /// The tests of a room, in Tests.
    static func tests(
        _ name: String, _ dependencies: [Dependency], exclude: [String] = [], resources: [Resource] = []
    ) -> Target {
        testTarget(
            name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, resources: resources,
            swiftSettings: strict)
    }
}

/// From the ground up: each knows only some of those before it.
let libraries: [Target] = [
    .library("Bytes", []),
    .library("Threads", []),
    .library("ZeroMQ", ["CZMQ"], [.strictMemorySafety()]),
    .library("Chat", ["Bytes", "CSimdJSON"]),
    .library("Streaming", ["Bytes", "Chat", heap]),
    .library("Records", ["Bytes", "Chat", "Streaming"]),
    .library(
        "Answering",
        ["Bytes", "Chat", "Records", "Streaming", asyncHTTPClient, deque, logging, metrics, nioCore, nioHTTP1, nioSSL]),
    .library("Access", ["ZeroMQ"]),
    .library("Feed", ["Access", "Bytes", "Threads", "ZeroMQ", deque]),
    .library(
        "Common",
        [
            "Access", "Bytes", "CSockets", "Chat", "Feed", "Threads", "ZeroMQ", argumentParser, logging,
            serviceLifecycle,
        ]),
    .library(
        "Monitoring",
        [
            "Common", "Feed", "Threads", "ZeroMQ", argumentParser, logging, metrics, nioCore, nioHTTP1, nioPosix,
            serviceLifecycle,
        ]),
    .library(
        "Traces", ["Common", "Threads", argumentParser, asyncHTTPClient, logging, metrics, nioCore, serviceLifecycle]),
    .library("Settings", ["Bytes", "Common", argumentParser, configuration, logging, serviceLifecycle, yams]),
    .library("Terminal", ["Access", "Bytes", "Common", "Feed", "Records", "Threads", "ZeroMQ", logging]),
    .library(
        "Producing",
        ["Access", "Bytes", "Chat", "Common", "Feed", "Monitoring", "Threads", "ZeroMQ", logging, serviceLifecycle]),
    .library("Storage", ["Bytes", "Chat", "Common", "Feed", "Records", "Streaming", "Threads", grdb]),
    .library(
        "Outbox",
        [
            "Answering", "Bytes", "Chat", "Common", "Feed", "Records", "Storage", "Streaming", "Threads", "ZeroMQ",
            deque,
            grdb, logging, metrics, serviceLifecycle,
        ]),
    .library(
        "Consuming",
        [
            "Access", "Answering", "Bytes", "Chat", "Common", "Feed", "Monitoring", "Outbox", "Records", "Storage",
            "Streaming",
            "Terminal",
            "Threads", "Traces", "ZeroMQ", asyncHTTPClient, grdb, logging, metrics, serviceLifecycle,
        ]),
    .library(
        "Page",
        [
            "Access", "Bytes", "Chat", "Common", "Feed", "Monitoring", "Records", "Threads", "ZeroMQ", deque, httpTypes,
            hummingbird,
            hummingbirdCore, logging,
            nioCore, nioPosix, serviceLifecycle,
        ],
        resources: [.embedInCode("Assets")]),
]

let programs: [Target] = [
    .program("Producer", ["Chat", "Common", "Feed", "Monitoring", "Producing", "Settings"]),
    .program(
        "Consumer",
        ["Answering", "Common", "Consuming", "Feed", "Monitoring", "Settings", "Storage", "Streaming", "Traces"]),
    .program("Subscriber", ["Common", "Feed", "Settings", "Terminal"]),
    .program("Web", ["Common", "Feed", "Monitoring", "Page", "Settings"]),
    .program("Keys", ["Access", "Common", "ZeroMQ"]),
]

/// What is fuzzed, in the tests and by `make fuzz`, and what that needs.
let fuzzing: [Target.Dependency] = [
    "Access", "Answering", "Bytes", "Chat", "Common", "Consuming", "Feed", "Outbox", "Records", "Storage", "Streaming",
    "Terminal",
    "TestSupport", "Threads", "ZeroMQ",
    asyncHTTPClient, logging, nioCore,
]

let tests: [Target] = [
    .support("TestSupport", ["Chat", "Records", "Streaming", logging, subprocess, system]),
    .support("OllamaStub", ["TestSupport", nioCore, nioPosix, nioHTTP1]),
    .support("StorageRig", ["Bytes", "Chat", "Feed", "Records", "Storage", "Streaming", "TestSupport"]),
    .support("AnsweringRig", ["Answering", "OllamaStub", "TestSupport", asyncHTTPClient]),
    .executableTarget(
        name: "Chaos",
        dependencies: [
            "Bytes", "Common", "Feed", "OllamaStub", "Records", "TestSupport", "Threads", "ZeroMQ", argumentParser,
        ],
        path: "Tests/Chaos", swiftSettings: strict),
    .tests("BytesTests", ["Bytes"]),
    .tests("ThreadsTests", ["Threads"]),
    .tests("ZeroMQTests", ["ZeroMQ"]),
    .tests("AccessTests", ["Access", "ZeroMQ"]),
    .tests("ChatTests", ["Bytes", "Chat"]),
    .tests("StreamingTests", ["Bytes", "Chat", "Streaming", "Threads"], resources: [.copy("Fixtures")]),
    .tests("RecordsTests", ["Bytes", "Chat", "Records", "Streaming"]),
    .tests(
        "AnsweringTests",
        [
            "Answering", "AnsweringRig", "Chat", "OllamaStub", "Records", "Streaming", "Threads", asyncHTTPClient,
            logging,
        ],
        exclude: ["Python"]),
    .tests("FeedTests", ["Access", "Bytes", "Feed", "Threads", "ZeroMQ"]),
    .tests("CommonTests", ["Chat", "Common", "Feed", "Threads", "ZeroMQ", argumentParser, logging]),
    .tests("MonitoringTests", ["Common", "Monitoring", metrics, nioCore]),
    .tests("TracesTests", ["Common", "Traces"]),
    .tests("SettingsTests", ["Common", "Consumer", "Producer", "Settings", "Subscriber", "Web"]),
    .tests("TerminalTests", ["Bytes", "Chat", "Records", "Streaming", "Terminal", "Threads"]),
    .tests("PageTests", ["Bytes", "Chat", "Common", "Page", "Records", "Threads", nioCore]),
    .tests("ProducerTests", ["Producer", argumentParser, logging]),
    .tests("ProducingTests", ["Bytes", "Chat", "Common", "Feed", "Producer", "Producing", "Threads"]),
    .tests("ConsumerTests", ["Answering", "Consumer", "Streaming", argumentParser]),
    .tests(
        "StorageTests",
        ["Bytes", "Chat", "Common", "Feed", "Records", "Storage", "StorageRig", "Streaming", "Threads", grdb]),
    .tests(
        "OutboxTests",
        ["Chat", "Outbox", "Records", "Storage", "StorageRig", "Streaming", "Threads"]),
    .tests(
        "ConsumingTests",
        [
            "Answering", "AnsweringRig", "Bytes", "Chat", "Common", "Consuming", "Feed", "OllamaStub", "Outbox",
            "Records", "Storage", "StorageRig", "Streaming", "Terminal", "Threads", "Traces", asyncHTTPClient, grdb,
            logging,
        ]),
    .tests(
        "EndToEndTests",
        [
            "Bytes", "Chaos", "Chat", "Common", "Consumer", "Consuming", "Feed", "OllamaStub", "Outbox", "Producer",
            "Producing", "Records", "Storage", "Streaming", "Subscriber", "Terminal", "Threads", "ZeroMQ",
        ],
        exclude: ["Golden", "Python"]),
    .testTarget(
        name: "FuzzTests", dependencies: fuzzing, path: "Tests/Fuzz", exclude: ["CLibFuzzer", "Corpus", "Fuzzer"],
        swiftSettings: strict),
]

let package = Package(
    name: "streamllm",
    products: [
        .executable(name: "streamllm-producer", targets: ["Producer"]),
        .executable(name: "streamllm-consumer", targets: ["Consumer"]),
        .executable(name: "streamllm-subscribe", targets: ["Subscriber"]),
        .executable(name: "streamllm-web", targets: ["Web"]),
        .executable(name: "streamllm-keys", targets: ["Keys"]),
        .library(
            name: "StreamLLM",
            targets: [
                "Answering", "Bytes", "Chat", "Consuming", "Feed", "Outbox", "Records", "Storage", "Streaming",
                "Threads",
                "ZeroMQ",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.26.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // The doors to C: libzmq from the system, simdjson behind a few C functions.
        .systemLibrary(name: "CZMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .target(name: "CSockets"),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    ] + libraries + programs + tests,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// `make fuzz` sets this, to the sanitizers that are wanted beside libFuzzer's own ("fuzzer,address"). All that reads what others
// write is then built with them, and with it the fuzzer.
if let sanitizers = Context.environment["STREAMLLM_FUZZ"] {
    let watched: [SwiftSetting] = [.unsafeFlags(["-sanitize=\(sanitizers)", "-enable-testing"])]
    package.products = []
    package.targets.removeAll {
        $0.type == .test
            || [
                "AnsweringRig", "Chaos", "Consumer", "Keys", "OllamaStub", "Page", "Producer", "Settings", "StorageRig",
                "Subscriber",
                "Web",
            ].contains($0.name)
    }
    for target in libraries { target.swiftSettings?.append(contentsOf: watched) }
    for target in package.targets where target.name == "CSimdJSON" {
        target.cxxSettings = [.unsafeFlags(["-fsanitize=fuzzer-no-link" + sanitizers.dropFirst("fuzzer".count)])]
    }
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: fuzzing + ["CLibFuzzer"], path: "Tests/Fuzz",
            exclude: ["CLibFuzzer", "Corpus", "Tests"], swiftSettings: strict + watched,
            // Debian's own linker, gold, can't read the debug information that comes of it.
            linkerSettings: [.unsafeFlags(["-sanitize=\(sanitizers)", "-use-ld=lld"])]),
    ]
}

if isOneProgram {
    package.targets.removeAll { $0.type == .test || $0.path?.hasPrefix("Tests/") == true }
    package.targets.append(
        .executableTarget(name: "Multicall", dependencies: programs.map { .target(name: $0.name) }))
    package.products = [.executable(name: "streamllm", targets: ["Multicall"])]
}

// `make docs` sets this: the plugin makes a site of the libraries' comments, and nothing else needs it.
if Context.environment["STREAMLLM_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}
