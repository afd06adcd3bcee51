// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "windows",
    dependencies: [.package(name: "streamllm", path: "../..")],
    targets: [
        .executableTarget(name: "Windows", dependencies: [.product(name: "StreamLLM", package: "streamllm")])
    ],
    swiftLanguageModes: [.v6]
)
