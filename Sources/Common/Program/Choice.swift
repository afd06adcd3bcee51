/// Options that are one of some words.
import ArgumentParser

/// What an option can be, word for word. ArgumentParser's own lists of the words go through key paths of generic types; each start
/// would wait for them.
public protocol Choice: ExpressibleByArgument, CaseIterable, RawRepresentable<String> {}

extension Choice {
    public static var allValueStrings: [String] { allCases.map { $0.rawValue } }

    public static var allValueDescriptions: [String: String] { [:] }

    public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

    public var defaultValueDescription: String { rawValue }
}
