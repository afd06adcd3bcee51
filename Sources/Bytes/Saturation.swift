/// Sums of numbers from outside.

extension FixedWidthInteger {
    /// The sum; at the edge of what can be counted it stays there.
    @inlinable
    @inline(__always)
    public func plus(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference; at the edge of what can be counted it stays there.
    @inlinable
    @inline(__always)
    public func minus(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
