/// Finding a place in what is in order.

extension RandomAccessCollection {
    /// The place of the first element for which something holds, where it holds for all behind that one as well; the end where it
    /// holds for none.
    @inlinable
    public func partitioningIndex(where holds: (Element) throws -> Bool) rethrows -> Index {
        var (start, length) = (startIndex, count)
        while length > 0 {
            let half = length / 2
            let middle = index(start, offsetBy: half)
            if try holds(self[middle]) {
                length = half
            } else {
                start = index(after: middle)
                length -= half + 1
            }
        }
        return start
    }
}
