/// Writing events.
import Bytes
import Chat
import NIOCore
import Records

extension ByteBuffer {
    /// Appends an object.
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        writeBytes(JSONWriter.bytes { json in json.object { body(&$0) } })
    }

    /// Appends what the strip shows of a workspace, without the history of its rates.
    mutating func write(figuresOf workspace: Board.Workspace, _ index: Int, at now: ContinuousClock.Instant) {
        let figures = workspace.figures
        writeString("{\"workspace\":\(index)")
        writeString(",\"messages\":\(figures.history.last?.messages ?? 0)")
        writeString(",\"entries\":\(figures.history.last?.entries ?? 0)")
        writeString(",\"first_token\":")
        write(figures.firstToken)
        writeString(",\"total\":")
        write(figures.total)
        writeString(",\"behind_ms\":\(figures.behind),\"skipped\":\(workspace.skipped)")
        if let status = figures.status {
            writeString(",\"silent_ms\":\((now - status.at).milliseconds),\"status\":")
            writeBytes(status.json)
        }
        writeString("}")
    }

    private mutating func write(_ times: Figures.Times?) {
        guard let times else {
            writeString("null")
            return
        }
        writeString("{\"middle\":\(times.middle),\"most\":\(times.most),\"worst\":\(times.worst)}")
    }
}
