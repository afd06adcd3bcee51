/// Suites that need a store.
import Storage
import TestSupport

/// A suite with a store in a folder of its own.
package protocol StoreSuite {
    var folder: TemporaryFolder { get }
}

extension StoreSuite {
    package var path: String { folder.path + "/store.sqlite" }

    /// Opens the store, or makes it.
    package func open() throws -> Store { try Store(path: path, synchronous: .full) }
}
