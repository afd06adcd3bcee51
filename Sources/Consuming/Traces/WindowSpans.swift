/// The steps of a window as spans.
import Answering
import Bytes
import Chat
import Records
import Storage
import Streaming
import Traces

/// Makes spans of what happened to windows: one for the window from its coming out until its entry was published, and one for each
/// step: waiting, each attempt at a model server, the commit, and publishing. None of them has a text in it. Pure.
enum WindowSpans {
    /// The trace of an entry that has just been published.
    ///
    /// - Parameters:
    ///   - published: when that was.
    ///   - wallClock: the same moment by the wall clock.
    static func spans(of trace: EntryTrace, published: Moment = .now, wallClock: Timestamp = .now) -> [Span] {
        let now = UInt64(max(0, wallClock.milliseconds)) &* 1_000_000
        func time(_ moment: Moment) -> UInt64 { now &- UInt64(max(0, (published - moment) / .nanoseconds(1))) }
        let entry = trace.entry
        // The same entry has the same trace, however often it is told.
        func id(_ part: UInt64) -> UInt64 {
            var id = entry.id
            return id.withUTF8 { Checksum.of(UnsafeRawBufferPointer($0), seed: part) }
        }
        let whole = Span.TraceID(high: id(1), low: id(2))
        // An answer may have been asked for ahead of time.
        let waited = trace.asked - trace.cameOut
        let start = waited < .zero ? trace.asked : trace.cameOut
        let root = Span(
            "window", of: whole, id: id(3), parent: nil, from: time(start), to: now,
            [
                // An entry's id has its session's in it.
                "session.id": trace.hidesSession ? nil : .text(entry.result.sessionID),
                "streamllm.entry.id": trace.hidesSession ? nil : .text(entry.id),
                "streamllm.stream": .text(entry.result.stream),
                "streamllm.window.start": .text("\(entry.result.window.start)"),
                "streamllm.window.end": .text("\(entry.result.window.end)"),
                "streamllm.window.trigger": .text(entry.result.trigger.rawValue),
                "streamllm.window.messages": .count(entry.result.conversation.count),
                "streamllm.response.status": .text(entry.response.status.rawValue),
            ], isFailed: entry.response.status == .fallback)
        var spans = [root]
        func add(
            _ name: String, _ from: Moment, _ to: Moment, kind: Span.Kind = .own,
            _ attributes: KeyValuePairs<String, Span.Value?> = [:], isFailed: Bool = false
        ) {
            spans.append(
                Span(
                    name, kind: kind, of: whole, id: id(3 + UInt64(spans.count)), parent: root.id, from: time(from),
                    to: time(to), attributes, isFailed: isFailed))
        }
        if waited > .zero { add("queue", trace.cameOut, trace.asked) }
        for attempt in trace.attempts {
            let began = Moment(attempt.began)
            let place = ServerPlace(attempt.server)
            add(
                "chat \(attempt.wanted)", began, began + attempt.duration, kind: .client,
                [
                    // https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
                    "gen_ai.operation.name": .text("chat"), "gen_ai.provider.name": .text(attempt.provider),
                    "gen_ai.request.model": .text(attempt.wanted),
                    "gen_ai.response.model": attempt.model.map { .text($0) },
                    "gen_ai.usage.input_tokens": attempt.promptTokens.map { .count($0) },
                    "gen_ai.usage.output_tokens": attempt.completionTokens.map { .count($0) },
                    "server.address": .text(place.host), "server.port": place.port.map { .count($0) },
                    "error.type": attempt.failure.map { .text($0) },
                ], isFailed: attempt.failure != nil)
        }
        if let commit = trace.committing {
            add("commit", commit.began, commit.ended)
            add("publish", commit.ended, published)
        }
        return spans
    }
}
