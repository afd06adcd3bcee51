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
    private var topics: [UInt8] = []
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
        json.clear()
        pretty.clear()
        topics.removeAll(keepingCapacity: true)
        var ends = RecordBlock.Ends()
        // By index: a loop over the elements would copy each.
        for index in records.indices {
            write(records[index], time, sequence: next + UInt64(ends.count))
            ends.append((json.count, topics.count))
        }
        let block = json.withBytes { RecordBlock(first: next, lines: Array($0), topics: topics, ends: ends) }
        next = block.next
        if let text = text(of: block) { console?.push(text, weight: text.count) }
        let item = OutputItem.records(block)
        output.push(item, weight: item.weight)
    }

    private func write(_ record: borrowing Record, _ time: Timestamp, sequence: UInt64) {
        switch record {
        case .entry(let entry):
            count(entry.response.status)
            Topic.append("workspace/", entry.sessionID, to: &topics)
            entry.write(to: &json, sequence: sequence, time: time)
        case .setAside(let setAside):
            if setAside.kind == .late {
                Topic.append("late/", setAside.sessionID ?? "", to: &topics)
            } else {
                topics.append(contentsOf: Topic.rejected.utf8)
            }
            setAside.write(to: &json, sequence: sequence, time: time)
        }
        json.endLine()
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
