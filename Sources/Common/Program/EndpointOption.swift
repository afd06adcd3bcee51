/// Endpoints as people write them.
import ArgumentParser

/// Reads an endpoint of an option, written out or by its name (``PrivateFolder``): white space, quotes and a slash behind the port came along by copying.
///
/// - Throws: `ValidationError` for one that no other program can reach.
@Sendable
public func writtenEndpoint(_ written: String) throws -> String {
    var text = written[...]
    while let first = text.first, first.isWhitespace || "\"'`".contains(first) { text.removeFirst() }
    while let last = text.last, last.isWhitespace || "\"'`".contains(last) { text.removeLast() }
    if let named = PrivateFolder.endpoint(named: text) { return named }
    // What is none libzmq refuses, when it is used.
    guard let mark = text.firstRange(of: "://") else { return String(text) }
    let scheme = text[..<mark.lowerBound].lowercased()
    var place = text[mark.upperBound...]
    guard scheme != "inproc" else {
        throw ValidationError("no other program can reach inproc://; write tcp://127.0.0.1:5556 or ipc:///PATH")
    }
    if scheme == "tcp", place.hasSuffix("/") { place.removeLast() }
    return "\(scheme)://\(place)"
}
