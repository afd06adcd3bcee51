/// Whether what is published under a stream's name is that stream.

/// How far a publisher is believed. A stream that may come again says by its ``Control/fingerprint`` what its first record
/// is; and each time a connection is made anew, its publisher has to show that it has the record before the next one.
enum Trust: Hashable, Sendable {
    /// What comes is taken.
    case trusted
    /// Nothing is taken until control says what is published here.
    case untold
    /// Control has said the right thing, and the publisher is asked for what comes next: it answers only to those who have
    /// what it has.
    case claimed
    /// What is published here isn't that stream, for this reason.
    case refused(String)

    /// What control says against its being the stream that was followed up to the record before `next`; nil: nothing.
    ///
    /// - Parameter fingerprint: the stream's, as it was said before.
    static func objection(to control: Control, knowing fingerprint: String?, next: UInt64) -> String? {
        if let fingerprint, control.fingerprint != fingerprint {
            return control.fingerprint == nil
                ? "its publisher doesn't say any more what its first record is" : "its first record isn't what it was"
        }
        if control.ended && control.next < next {
            return "it has ended with record \(control.next - 1), and \(next - 1) were there before"
        }
        return nil
    }
}
