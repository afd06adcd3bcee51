/// Texts that are the same, and texts that look the same.

extension String {
    /// Whether it has the same bytes: `==` asks only whether it looks the same.
    public func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
