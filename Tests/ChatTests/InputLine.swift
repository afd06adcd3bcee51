/// Lines of input, and what a decoder makes of them.
import Chat

/// A message as a value, where the decoder gives views.
struct Decoded: Equatable {
    var sessionID: String
    var timestamp: Timestamp
    var sender: Sender
    var text: String

    /// Texts are compared by their bytes: to Swift's `==`, canonically equivalent ones are the same.
    static func == (a: Decoded, b: Decoded) -> Bool {
        a.sessionID.utf8.elementsEqual(b.sessionID.utf8) && a.timestamp == b.timestamp && a.sender == b.sender
            && a.text.utf8.elementsEqual(b.text.utf8)
    }
}

extension MessageDecoder {
    /// Decodes bytes that stand alone.
    ///
    /// - Parameter filler: what stands in the padding behind the line.
    func decode(_ line: [UInt8], filler: UInt8 = 0) -> Result<Decoded, Rejection> {
        let padded = line + [UInt8](repeating: filler, count: Self.padding)
        return padded.withUnsafeBytes { buffer in
            Result { () throws(Rejection) in
                let message = try decode(UnsafeRawBufferPointer(rebasing: buffer[..<line.count]))
                return Decoded(
                    sessionID: String(decoding: message.sessionID, as: UTF8.self), timestamp: message.timestamp,
                    sender: message.sender, text: String(decoding: message.text, as: UTF8.self))
            }
        }
    }

    func decode(_ line: String, filler: UInt8 = 0) -> Result<Decoded, Rejection> {
        decode(Array(line.utf8), filler: filler)
    }
}

extension Result where Success == Decoded, Failure == Rejection {
    /// Whether the line was refused as something that isn't JSON, whatever the details.
    var isInvalidJSON: Bool {
        if case .failure(.invalidJSON) = self { true } else { false }
    }
}

/// A line of input, put together from JSON text.
struct InputLine {
    var session = #""s""#
    var timestamp = #""2025-01-23T14:30:00Z""#
    var sender = #""rm""#
    var message = #""m""#
    /// What stands before the first and behind the last field; a comma belongs to it.
    var before = ""
    var behind = ""

    var text: String {
        #"{\#(before)"session_id":\#(session),"timestamp":\#(timestamp),"sender":\#(sender),"message":\#(message)\#(behind)}"#
    }

    /// What the line says as it stands here.
    static let decoded = Decoded(
        sessionID: "s", timestamp: Timestamp(milliseconds: 1_737_642_600_000), sender: .rm, text: "m")
}
