/// What numbers on a command line may be.
import ArgumentParser

/// Ranges of options, and what is said of values beyond them.
public enum OptionRange {
    /// - Throws: `ValidationError` for a value that isn't in the range. None is fine.
    public static func check<Number: Comparable>(
        _ name: String, _ value: Number?, _ range: ClosedRange<Number>
    ) throws {
        guard let value, !range.contains(value) else { return }
        throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound)")
    }

    /// Durations are seconds, decimals allowed.
    ///
    /// - Throws: `ValidationError` for less than `least`, or more than about thirty years: no sum of them can overflow.
    public static func checkSeconds(_ name: String, _ seconds: Double, from least: Double = 0) throws {
        guard seconds >= least, seconds <= 1e9 else {
            throw ValidationError("\(name) must be from \(least == 0 ? "0" : "\(least)") to 1,000,000,000 seconds")
        }
    }
}
