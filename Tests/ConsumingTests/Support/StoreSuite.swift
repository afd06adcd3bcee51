/// Suites that need a store.
import TestSupport

@testable import Consuming
@testable import Storage

/// A suite with a store in a folder of its own.
protocol StoreSuite {
    var folder: TemporaryFolder { get }
}

extension StoreSuite {
    var path: String { folder.path + "/store.sqlite" }

    /// Opens the store, or makes it.
    func open() throws -> Store { try Store(path: path, synchronous: .full) }
}
