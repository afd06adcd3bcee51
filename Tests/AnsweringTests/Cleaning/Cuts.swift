/// Ways in which a text may come.
import TestSupport

@testable import Answering

extension String {
    /// The text whole, character by character, cut in two at each place, and cut in 1,000 random ways.
    func cuts(seed: UInt64 = 1) -> [[String]] {
        var random = SeededGenerator(seed)
        let all = Array(unicodeScalars)
        var cuts = [[self], all.map { String(Character($0)) }]
        cuts += all.indices.map { [String(all[..<$0]), String(all[$0...])] }
        cuts += (0..<1000).map { _ in
            var parts: [String] = []
            var rest = all[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...8, using: &random)
                parts.append(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            return parts
        }
        return cuts
    }

    private init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}

/// What can be seen in the end of pieces that went through a step.
func shown(by filter: inout some AnswerFilter, of parts: [String], isCut: Bool = false) -> String {
    var shown = ""
    for part in parts { shown.show(filter.append([.token(part)])) }
    shown.show(filter.end(isCut: isCut))
    return shown
}
