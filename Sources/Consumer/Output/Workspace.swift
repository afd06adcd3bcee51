/// The global workspace: where windows and answers become numbered records.
import Common
import Feed
import Foundation

/// Numbers, encodes and publishes records, in the order in which they are published here; keeps the counts; and knows
/// when everything is out.
actor Workspace {
    typealias Record = WorkspaceRecord

    private static let recordsPerBlock = 1024

    private let output: BoundedQueue<OutputItem>
    private let console: BoundedQueue<[UInt8]>?
    private let format: ConsumerOptions.Console
    private let printer = PrettyPrinter.forStandardOutput()
    private let completion: BoundedQueue<Void>
    private var next: UInt64 = 1
    // Kept from record to record, for their room.
    private var json = JSONWriter()
    private var pretty = ByteWriter()
    private var sizePerRecord = 512
    private(set) var counts = Counts()
    /// Windows that are with the model stage.
    private var waiting = 0
    private var inputsEnded = false
    private var isComplete = false

    /// - Parameters:
    ///   - output: where records go.
    ///   - console: where their text goes; nil: nothing is printed.
    ///   - completion: gets an element each time everything is out.
    init(
        output: BoundedQueue<OutputItem>, console: BoundedQueue<[UInt8]>?, format: ConsumerOptions.Console,
        completion: BoundedQueue<Void>
    ) {
        self.output = output
        self.console = console
        self.format = format
        self.completion = completion
    }

    /// Publishes records, and waits while subscribers or the console are behind.
    func publish(_ records: [Record], counting more: Counts = Counts()) async {
        counts += more
        // A stream's end may close any number of windows at once: they go out in blocks, and memory with them.
        var rest = records[...]
        while !rest.isEmpty {
            publishBlock(rest.prefix(Self.recordsPerBlock))
            rest = rest.dropFirst(Self.recordsPerBlock)
            await output.waitForRoom()
            await console?.waitForRoom()
        }
    }

    private func publishBlock(_ records: ArraySlice<Record>) {
        let time = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        var block = RecordBlock(first: next, reserving: records.count * sizePerRecord)
        pretty.clear()
        for record in records { append(record, time, to: &block) }
        next = block.next
        // Blocks resemble each other; a little more room than the last one needed saves moving this one as it grows.
        sizePerRecord = block.lines.count / block.count * 9 / 8
        if let text = text(of: block) { console?.push(text, weight: text.count) }
        let item = OutputItem.records(block)
        output.push(item, weight: item.weight)
    }

    private func append(_ record: Record, _ time: Timestamp, to block: inout RecordBlock) {
        let topic: [UInt8]
        json.clear()
        switch record {
        case .entry(let entry):
            count(entry.response.status)
            topic = Topic.make("workspace/", entry.sessionID)
            entry.write(to: &json, sequence: block.next, time: time)
        case .setAside(let setAside):
            topic = setAside.kind == .late ? Topic.make("late/", setAside.sessionID ?? "") : Array(Topic.rejected.utf8)
            setAside.write(to: &json, sequence: block.next, time: time)
        }
        json.withBytes { block.append(topic: topic, payload: $0) }
        if format == .pretty { printer.write(record, to: &pretty) }
    }

    private func count(_ status: Response.Status) {
        switch status {
        case .generated: counts.generated += 1
        case .fallback: counts.fallback += 1
        case .none: counts.unanswered += 1
        }
    }

    private func text(of block: RecordBlock) -> [UInt8]? {
        switch format {
        case .none: nil
        case .json: block.lines
        case .pretty: pretty.withBytes { Array($0) }
        }
    }

    /// Publishes a piece of an answer as it is being written. It isn't kept.
    func publish(token: String, index: Int, of entryID: String, sessionID: String) {
        let payload = JSONWriter.bytes { json in
            json.object { json in
                json.field("id", entryID)
                json.field("session_id", sessionID)
                json.field("index", index)
                json.field("token", token)
            }
        }
        let item = OutputItem.unkept(topic: Topic.make("token/", sessionID), payload: payload)
        output.push(item, weight: item.weight)
    }

    // MARK: Completeness

    /// So many windows have gone to the model stage; an entry of each will come.
    func expect(_ windows: Int) {
        waiting += windows
        settle()
    }

    /// Publishes the entry of a window that had gone to the model stage.
    func publish(answered entry: WorkspaceEntry) async {
        waiting -= 1
        await publish([.entry(entry)])
        settle()
    }

    /// Whether all inputs have ended.
    func setInputsEnded(_ ended: Bool) {
        inputsEnded = ended
        settle()
    }

    private func settle() {
        let complete = inputsEnded && waiting == 0
        guard complete != isComplete else { return }
        isComplete = complete
        output.push(.complete(complete), weight: 1)
        if complete { completion.push((), weight: 1) }
    }
}
