/// Sums of numbers that come from outside.

extension UInt64 {
    /// The sum, or the largest number where that is more than can be counted.
    public func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
