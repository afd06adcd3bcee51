/// The options that are about settings.
import ArgumentParser

/// `--config`, `--show-settings` and `--settings-schema`, for every program that has settings.
package struct SettingsOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Settings by the names of these options, without --: YAML or JSON. Options and variables are stronger.",
            valueName: "file"))
    package var config: String?

    @Flag(help: "Print all settings as such a file, with where each comes from, and leave.")
    package var showSettings = false

    @Flag(help: "Print the JSON Schema of such a file, for editors, and leave.")
    package var settingsSchema = false

    static let names: Set<String> = ["config", "show-settings", "settings-schema"]
    /// Names the file where no option does. With `-` before it, the file needn't be there, as in systemd's EnvironmentFile.
    static let variable = "STREAMLLM_CONFIG"

    package init() {}
}
