/// What a program can be told.

/// An option that can also be given by a variable of the environment, and by a key of a file.
package struct Setting: Hashable, Sendable {
    /// What stands as its value.
    package enum Kind: String, Sendable {
        case boolean, integer, number, string
    }

    /// The option's name without `--`, which is the key in a file, too.
    package let name: String
    package let kind: Kind
    /// Whether it may be given several times.
    package let isList: Bool
    /// The words that it may be; empty: there is no list of them.
    package let allowed: [String]
    /// Its value where nobody gives one; nil: none, or another one from time to time.
    package let standard: String?
    /// What `--help` says.
    package let help: String

    /// The variable of the environment: `STREAMLLM_WINDOW_SIZE` for `--window-size`.
    package var variable: String { Self.prefix + name.uppercased().replacing("-", with: "_") }

    static let prefix = "STREAMLLM_"

    /// Whether it is there or not, without a value: `--exit-on-end`.
    var isFlag: Bool { kind == .boolean }
}

/// A value of a setting, and who gave it.
package struct Given: Hashable, Sendable {
    package enum Source: Hashable, Sendable, CustomStringConvertible {
        case option
        case variable(String)
        case file(String, line: Int)

        package var description: String {
            switch self {
            case .option: "command line"
            case .variable(let name): name
            case .file(let path, let line): "\(path):\(line)"
            }
        }
    }

    /// One, but for lists. A flag has `true` or `false`.
    package let texts: [String]
    package let source: Source

    package init(_ texts: [String], _ source: Source) {
        self.texts = texts
        self.source = source
    }
}

/// Why settings can't be used: where, which, and what is allowed.
package struct SettingsProblem: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
