/// Which release this is.

public enum Version {
    /// As `--version` says it; after https://semver.org/.
    public static let current = "0.1.0"
}
