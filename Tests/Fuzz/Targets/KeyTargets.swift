/// Files of keys, and what libzmq asks of whoever decides who is let in.
import ZeroMQ

@testable import Access

extension FuzzTarget {
    private static let key = String(repeating: "0", count: 40)

    static let keyFile = FuzzTarget(
        "keyfile", words: ["public-key", "secret-key", "metadata", "curve", "    ", " = ", "\"", "'", "#", "\n"]
    ) {
        // Other than others' tools, ours writes them in this order.
        [
            KeyFile(publicKey: try publicKey),
            KeyFile(publicKey: try publicKey, metadata: ["may": "read, tokens", "name": "a \"desk\"", "x/y": "it's"]),
        ].map { Array($0.text.utf8) }
    } reader: {
        .direct { input in
            guard let text = String(validating: input, as: UTF8.self), let file = try? KeyFile(text) else { return nil }
            let written = file.text
            guard let again = try? KeyFile(written) else { throw Finding("not read back: \(written)") }
            try Finding.unless(
                again.publicKey == file.publicKey && again.secretKey == file.secretKey
                    && again.metadata == file.metadata, "read back as something else: \(written)")
            return Array(written.utf8)
        }
    }

    static let access = FuzzTarget("access", words: ["1.0", "CURVE", "NULL", "PLAIN", "live", "replay", "feedback"]) {
        [
            [
                Array("1.0".utf8), [1], Array("live".utf8), [], [], Array("CURVE".utf8),
                [UInt8](repeating: 1, count: 32),
            ],
            [Array("1.0".utf8), [], Array("replay".utf8), [], [], Array("NULL".utf8)],
        ].map(FrameInput.bytes)
    } reader: {
        let desk = AccessDesk(try Keyring(own: CurveKeyPair(publicKey: publicKey, secretKey: publicKey)))
        return .direct { input in
            let frames = FrameInput.frames(input)
            let (answer, verdict) = desk.answer(frames)
            try Finding.unless(answer.count == 6 && answer[1] == (frames.count > 1 ? frames[1] : []), "no answer to it")
            // Nobody's key is on the ring.
            if case .admitted(let name) = verdict { throw Finding("\(name) is let in") }
            try Finding.unless(answer[2] != Array("200".utf8) && answer[4].isEmpty, "let in by its status")
            return FrameInput.bytes(frames)
        }
    }

    private static var publicKey: CurveKey {
        get throws {
            guard let key = CurveKey(z85: key) else { throw Finding("no key") }
            return key
        }
    }
}
