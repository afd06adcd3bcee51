/// Answers that were damaged on their way.
import Foundation
import Testing
import TestSupport

@testable import Answering

/// Streams as real servers sent them, changed at random. Each token is a number of its own, so that it shows where a text comes
/// from.
@Suite("Damaged answers", .timeLimit(.minutes(5)))
struct AnswerMutationTests {
    private static let tokens = (10..<18).map { "t\($0) " }
    /// How many streams are harmed: STREAMLLM_MUTATIONS, as many as there is time for otherwise.
    private static let count =
        ProcessInfo.processInfo.environment["STREAMLLM_MUTATIONS"].flatMap { Int($0) } ?? 1000
    private static let text = String(tokens.joined().dropLast())

    /// Ollama 0.12, llama.cpp's server, and vLLM behind a proxy that sends comments.
    private static let streams: [String] = [
        tokens.map {
            #"{"model":"qwen2.5:0.5b","created_at":"2026-11-26T12:00:00.123456Z","message":{"role":"assistant","content":"\#($0)"},"done":false}"#
                + "\n"
        }.joined()
            + #"{"model":"qwen2.5:0.5b","created_at":"2026-11-26T12:00:01Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":8}"#
            + "\n",
        (#"data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1764158400,"id":"chatcmpl-x","model":"smollm2","system_fingerprint":"b1","object":"chat.completion.chunk"}"#
            + "\n\n")
            + tokens.map {
                #"data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"\#($0)"}}],"created":1764158400,"id":"chatcmpl-x","model":"smollm2","system_fingerprint":"b1","object":"chat.completion.chunk"}"#
                    + "\n\n"
            }.joined()
            + #"data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"created":1764158400,"id":"chatcmpl-x","model":"smollm2","object":"chat.completion.chunk","usage":{"completion_tokens":20,"prompt_tokens":26,"total_tokens":46}}"#
            + "\n\ndata: [DONE]\n\n",
        ": processing\r\n\r\n"
            + tokens.map {
                #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"q","choices":[{"index":0,"delta":{"content":"\#($0)"},"logprobs":null,"finish_reason":null}]}"#
                    + "\r\n\r\n"
            }.joined(separator: ": processing\r\n\r\n")
            + #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"q","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}"#
            + "\r\n\r\n"
            + #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"q","choices":[],"usage":{"prompt_tokens":26,"completion_tokens":20}}"#
            + "\r\n\r\ndata: [DONE]\r\n\r\n",
    ]

    private static let protocolWords = [
        "choices", "delta", "content", "message", "finish", "model", "data:", "role", "usage", "done",
    ]

    @Test("A stream that isn't harmed is taken, however it is cut", arguments: streams.indices)
    func unharmed(_ index: Int) {
        for size in [1, 2, 3, 7, 31, 64] {
            #expect(read(Self.streams[index].utf8, size: size).outcome == .answer(Self.text), "in parts of \(size)")
        }
    }

    @Test(
        "One that is harmed gives what the model said, or no answer; never anything else",
        arguments: 0..<20 as Range<UInt64>)
    func harmed(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<(Self.count / 20) {
            let stream = Array(Self.streams[Int.random(in: 0..<Self.streams.count, using: &random)].utf8)
            let (mutated, harm) = mutate(stream, &random)
            let (outcome, shown, _) = read(mutated, size: Int.random(in: 1...400, using: &random))
            if case .answer(let text) = outcome {
                // But for bytes of a token that were changed, it is tokens; nothing of the protocol is in it.
                let isProtocol = Self.protocolWords.contains(where: text.contains)
                #expect(!isProtocol, "\(harm) gives \(text.debugDescription)")
                #expect(shown == text)
            }
        }
    }

    /// Does one thing, or a few, that may happen to bytes on their way.
    private func mutate(_ stream: [UInt8], _ random: inout SeededGenerator) -> (stream: [UInt8], harm: String) {
        var bytes = stream
        var harm = ""
        for _ in 0..<Int.random(in: 1...3, using: &random) where bytes.count > 10 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...60, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                harm += "cut at \(place) "
                bytes.removeSubrange(place...)
            case 1:
                harm += "without \(place)..<\(end) "
                bytes.removeSubrange(place..<end)
            case 2:
                let byte = UInt8.random(in: 0...255, using: &random)
                harm += "\(byte) at \(place) "
                bytes[place] = byte
            case 3:
                harm += "bit at \(place) "
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 4:
                let more = (place..<end).map { _ in UInt8.random(in: 0...255, using: &random) }
                harm += "\(more.count) more at \(place) "
                bytes.insert(contentsOf: more, at: place)
            case 5:
                harm += "\(place)..<\(end) twice "
                bytes.insert(contentsOf: bytes[place..<end], at: end)
            default:
                let other = Int.random(in: 0..<bytes.count, using: &random)
                harm += "\(place) and \(other) swapped "
                bytes.swapAt(place, other)
            }
        }
        return (bytes, harm)
    }
}
