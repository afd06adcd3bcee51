/// Reads messages from a file, cuts them into windows of half a minute, and prints an entry for each, with a canned reply: the
/// pipeline without sockets, store and model.
///
///     swift run Windows ../../messages.jsonl
import Answering
import Chat
import Feed
import Foundation
import Records
import Streaming

let path = CommandLine.arguments.dropFirst().first ?? "../../messages.jsonl"
let text = try String(contentsOfFile: path, encoding: .utf8)
let lines = LineBatch(stream: "example", first: 1, lines: text.split(separator: "\n").map(String.init))

let decoder = MessageDecoder()
var batch = MessageBatch(stream: lines.stream)
try lines.forEachLine { number, line in batch.append(try decoder.decode(line), sequence: number) }

var engine = Engine(policy: WindowPolicy(.tumbling(size: 30_000)))
var actions: [Action] = []
engine.handle(.messages(batch), into: &actions)
engine.handle(.ended(stream: lines.stream), into: &actions)

var written: UInt64 = 0
for case .result(let result) in actions {
    written += 1
    let reply = Response.fallback(to: result.conversation, reason: "nobody was asked")
    let json = JSONWriter.bytes {
        WorkspaceEntry(result, response: reply).write(to: &$0, sequence: written, time: .now)
    }
    print(String(decoding: json, as: UTF8.self))
}
