/// What the systemd units do when a program ends.
import Foundation
import Testing
import TestSupport

@testable import Common

@Suite("systemd units", .timeLimit(.minutes(1)))
struct UnitFileTests {
    /// The settings of a unit, the last of each name.
    private func settings(_ unit: String) throws -> [String: String] {
        let path = Setup.package + "/systemd/streamllm-\(unit).service"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let pairs = lines.filter { !$0.hasPrefix("#") }.map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(
            pairs.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }, uniquingKeysWith: { $1 })
    }

    private func number(_ name: String, of settings: [String: String]) -> Int {
        settings[name].flatMap { Int($0) } ?? 0
    }

    /// Whether what a status says mends itself: a port that is taken, a full disk, a model's server.
    private static let statuses: [(Common.ExitStatus, mayPass: Bool)] = [
        (.usage(""), false), (.noInput(""), false), (.data(""), true), (.unavailable(""), true), (.software(""), true),
        (.cannotCreate(""), true), (.inputOutput(""), true),
    ]

    @Test(
        "A program is started again after whatever may pass, however often; the wait grows",
        arguments: ["producer", "consumer"])
    func restart(_ unit: String) throws {
        let settings = try settings(unit)
        let final = (settings["RestartPreventExitStatus"] ?? "").split(separator: " ").compactMap { Int32($0) }
        for (status, mayPass) in Self.statuses { #expect(final.contains(status.code) == !mayPass) }
        #expect(settings["Restart"] == "on-failure")
        #expect(settings["StartLimitIntervalSec"] == "0")
        let first = number("RestartSec", of: settings), longest = number("RestartMaxDelaySec", of: settings)
        #expect(first >= 1 && longest > first)
        #expect(number("RestartSteps", of: settings) > 0)
    }

    @Test(
        "A program that hangs is ended, and one that stops has time for it", arguments: ["producer", "consumer", "web"])
    func hanging(_ unit: String) throws {
        let settings = try settings(unit)
        #expect(settings["Type"] == "notify")
        #expect(number("TimeoutStopSec", of: settings) >= 5)
        #expect(number("WatchdogSec", of: settings) > 0)
    }
}
