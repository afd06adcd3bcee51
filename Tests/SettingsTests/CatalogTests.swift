/// What can be set, of each program.
import ArgumentParser
import Settings
import Testing

@testable import Consumer
@testable import Producer
@testable import Subscriber
@testable import Web

@Suite("Catalogue of settings", .timeLimit(.minutes(5)))
struct CatalogTests {
    private static let programs: [any ConfiguredCommand.Type] = [
        ProducerCommand.self, ConsumerCommand.self, SubscriberCommand.self, WebCommand.self,
    ]

    @Test(
        "Every option is a setting, but for those that ask for something to be done once", arguments: programs.indices)
    func complete(index: Int) {
        let program = Self.programs[index]
        let catalog = program.catalog
        let once = program.deeds.union(["config", "show-settings", "settings-schema", "version", "help"])
        let options = program.helpMessage(columns: 500).matches(of: /(?m)^  (?:-h, )?--(?<name>[a-z-]+)/).map {
            String($0.output.name)
        }
        #expect(Set(options) == Set(catalog.settings.map(\.name)).union(once))
        #expect(Set(catalog.settings.map(\.name)).isDisjoint(with: once))
        #expect(catalog.settings.allSatisfy { !$0.help.isEmpty })
        #expect(program.changeable.isSubset(of: catalog.settings.map(\.name)))
    }

    @Test(
        "What stands as a value is known from the option",
        arguments: [
            ("window-size", Setting.Kind.number, false), ("session-max", .number, false), ("history", .integer, false),
            ("seed", .integer, false), ("ephemeral", .boolean, false), ("input-endpoint", .string, true),
            ("server", .string, true), ("log-file", .string, false), ("monitor", .string, false),
        ])
    func kinds(name: String, kind: Setting.Kind, isList: Bool) throws {
        let setting = try #require(Catalog(of: ConsumerCommand.self).settings.first { $0.name == name })
        #expect(setting.kind == kind)
        #expect(setting.isList == isList)
    }

    @Test("Words that a setting may be are known, and so is its usual value")
    func words() throws {
        let catalog = Catalog(of: ConsumerCommand.self)
        let window = try #require(catalog.settings.first { $0.name == "window" })
        #expect(window.allowed == ["tumbling", "sliding", "session"])
        #expect(window.standard == "tumbling")
        #expect(window.variable == "STREAMLLM_WINDOW")
        #expect(
            catalog.settings.first { $0.name == "max-out-of-orderness" }?.variable == "STREAMLLM_MAX_OUT_OF_ORDERNESS")
    }
}

extension ConfiguredCommand {
    fileprivate static var catalog: Catalog { Catalog(of: Self.self) }
}
