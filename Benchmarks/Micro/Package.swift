// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// What each benchmark target is built with.
let suite: [Target.Dependency] = [
    "Support",
    .product(name: "Benchmark", package: "benchmark"),
    .product(name: "StreamLLM", package: "streamllm"),
]

/// Writes each suite's `main`.
let boilerplate: [Target.PluginUsage] = [.plugin(name: "BenchmarkPlugin", package: "benchmark")]

let package = Package(
    name: "streamllm-micro",
    dependencies: [
        .package(name: "streamllm", path: "../.."),
        // Without its traits, which count allocations by putting themselves before malloc and the Swift runtime: times
        // are what is asked for here.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        .target(name: "Support", dependencies: Array(suite.dropFirst()), path: "Support", swiftSettings: strict),
        // The command finds those whose folder lies in one named Benchmarks.
        .executableTarget(
            name: "Parts", dependencies: suite, path: "Benchmarks/Parts", swiftSettings: strict,
            plugins: boilerplate),
        .executableTarget(
            name: "Journal", dependencies: suite, path: "Benchmarks/Journal", swiftSettings: strict,
            plugins: boilerplate),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
