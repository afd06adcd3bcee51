/// What a tab is given to begin with.
import Bytes
import Chat
import NIOCore
import Records

/// Events as lines: a name, a space, and what an event's data would be. So a tab takes what it is given as it takes what comes, and
/// a record of somebody else's that isn't JSON spoils nothing but its own line.
extension Board {
    /// What is given of sessions, in bytes.
    private static let sessionBytes = 8 << 20
    /// What is given of each session's messages.
    private static let fewMessages = 30
    /// What is given of records that belong to no session.
    private static let mostRejected = 50

    /// All that a tab that is opened now has to know, and the place from which it is to go on.
    ///
    /// - Parameter canCompose: whether messages can be typed.
    func snapshot(canCompose: Bool, at now: ContinuousClock.Instant = .now) -> ByteBuffer {
        read { state in
            let place = state.log.place()
            var lines = ByteBuffer()
            lines.line("begin") { lines in
                lines.object {
                    $0.field("run", run)
                    $0.field("at", place)
                    $0.field("compose", canCompose)
                    $0.field("passed_over", state.passedOver)
                }
            }
            for (index, workspace) in state.workspaces.enumerated() { lines.write(workspace, index, at: now) }
            for (index, workspace) in state.workspaces.enumerated() {
                let (records, _) = workspace.records.records(
                    of: [], before: .max, atMost: Self.mostRejected, bytes: 1 << 20)
                for record in records { lines.write(record: record.line, record.number, of: index) }
            }
            for name in state.sessions.newestFirst {
                guard let session = state.sessions.sessions[name], lines.readableBytes < Self.sessionBytes else {
                    break
                }
                for (workspace, entry) in session.entries.sorted(by: { $0.key < $1.key }) {
                    lines.write(record: entry.line, entry.number, of: workspace)
                }
                for message in session.newest(Self.fewMessages) { lines.line("message") { $0.writeBytes(message) } }
            }
            for (key, answer) in state.sessions.answers {
                lines.line("answer") { lines in
                    lines.object {
                        $0.field("workspace", key.workspace)
                        $0.field("id", String(decoding: key.id, as: UTF8.self))
                        $0.field("session_id", String(decoding: answer.session, as: UTF8.self))
                        $0.field("pieces", answer.pieces)
                        $0.field("text", answer.text)
                    }
                }
            }
            return lines
        }
    }

    /// Those workspaces in which what is before a number isn't in memory.
    ///
    /// - Parameter ends: by workspace, the number before which records are wanted; 1: none.
    func workspacesBelow(_ ends: [UInt64]) -> [Int] {
        read { state in
            state.workspaces.indices.filter { index in
                1 < ends[index] && ends[index] <= state.workspaces[index].firstInMemory
            }
        }
    }

    /// Records of a session that are in memory, in order; and its newest messages, where they are asked for from the end on.
    ///
    /// - Parameters:
    ///   - ends: by workspace, the number before which they are wanted; nil: from the end on.
    ///   - count: of each workspace.
    func session(_ name: String, before ends: [UInt64]?, atMost count: Int) -> ByteBuffer {
        let key = Array(name.utf8)
        return read { state in
            var lines = ByteBuffer()
            for (index, workspace) in state.workspaces.enumerated() {
                let end = ends?[index] ?? workspace.last.plus(1)
                guard 1 < end, ends == nil || workspace.firstInMemory < end else { continue }
                let (records, first) = workspace.records.records(of: key, before: end, atMost: count, bytes: 4 << 20)
                for record in records { lines.write(record: record.line, record.number, of: index) }
                lines.write(kept: first, of: name, in: index)
            }
            if ends == nil, let session = state.sessions.sessions[key] {
                for message in session.newest(.max) { lines.line("message") { $0.writeBytes(message) } }
            }
            return lines
        }
    }
}

extension Board.Workspace {
    /// The number of the oldest record that is in memory; where there is none, that of the next one.
    fileprivate var firstInMemory: UInt64 { records.first ?? last.plus(1) }
}

extension ByteBuffer {
    mutating func line(_ name: StaticString, _ data: (inout ByteBuffer) -> Void) {
        writeStaticString(name)
        writeString(" ")
        data(&self)
        writeString("\n")
    }

    mutating func write(record line: [UInt8], _ number: UInt64, of workspace: Int) {
        self.line("record") { $0.write(envelopeOf: line, number, of: workspace) }
    }

    /// Says from which number on all records of a session have been given.
    mutating func write(kept first: UInt64, of session: String, in workspace: Int) {
        line("kept") { lines in
            lines.object {
                $0.field("workspace", workspace)
                $0.field("session_id", session)
                $0.field("first", first)
            }
        }
    }

    /// Appends a record and whose it is. That stands behind it: whatever a record's line is, the last of several fields of a name
    /// is the one that counts.
    mutating func write(envelopeOf line: [UInt8], _ number: UInt64, of workspace: Int) {
        writeString("{\"record\":")
        writeBytes(line)
        writeString(",\"workspace\":\(workspace),\"number\":\(number)}")
    }

    fileprivate mutating func write(_ workspace: Board.Workspace, _ index: Int, at now: ContinuousClock.Instant) {
        line("workspace") { lines in
            lines.object {
                $0.field("workspace", index)
                $0.field("endpoint", workspace.place.endpoint)
                $0.field("feedback", workspace.place.takesFeedback)
                $0.field("stream", workspace.stream)
                $0.field("last", workspace.last)
            }
        }
        line("history") { lines in
            lines.writeString("{\"workspace\":\(index),\"seconds\":[")
            lines.writeString(workspace.figures.history.map { "[\($0.messages),\($0.entries)]" }.joined(separator: ","))
            lines.writeString("]}")
        }
        line("figures") { $0.write(figuresOf: workspace, index, at: now) }
    }
}
