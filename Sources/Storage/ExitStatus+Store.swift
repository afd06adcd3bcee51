/// The store's errors as program endings.
import Common
import GRDB

extension ExitStatus {
    /// What an error of the store means to the person who started the program; nil for an error of something else. Whatever
    /// reads or writes it may throw one, at any time: a disk may fail.
    ///
    /// - Parameter path: of the store, where it hasn't been opened yet.
    package init?(storeError error: any Error, at path: String? = nil) {
        let place = path.map { "\($0): " } ?? ""
        switch error {
        case StoreError.newer:
            self = .unavailable("\(place)\(error). Use that release, or another --state-dir.")
        case StoreError.gone:
            self = .inputOutput(
                "\(place)\(error). Started again, the consumer begins anew with what publishers still have.")
        case is StoreError:
            self = .inputOutput(
                "\(place)\(error). Started again, the consumer sets it aside and begins anew with what publishers still have."
            )
        case let error as DatabaseError:
            self = .inputOutput("The store can't be used: \(place)\(error.words).")
        default: return nil
        }
    }
}
