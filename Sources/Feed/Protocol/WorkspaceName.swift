/// Names of streams that hold what a consumer makes.
import Foundation

/// A workspace's stream is called `workspace-` and a UUID, so that it is known when somebody takes it for messages.
public enum WorkspaceName {
    private static let prefix = "workspace-"

    /// A name that no other workspace has.
    public static func new() -> String { prefix + UUID().uuidString.lowercased() }

    /// Whether a stream has such a name.
    public static func isOne(_ stream: String) -> Bool {
        stream.hasPrefix(prefix) && UUID(uuidString: String(stream.dropFirst(prefix.count))) != nil
    }
}
