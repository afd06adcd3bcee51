/// What a model's server may answer.
import AsyncHTTPClient
import Foundation
import NIOCore

@testable import Answering

extension FuzzTarget {
    static let pieces = FuzzTarget(
        "pieces", words: ["<think>", "</think>", "<thi", "\n\n", "\r\n", "\"", "I will help you. ", "\n- "]
    ) {
        [
            "\u{3}<think>A loan.</think>\n\nGood.", "\u{1} \n<think>A <b>", "\u{9}a < b</think>c</think>",
            "\u{2}\n\r\nx",
            "\u{3}\"I will help you. I will help you.\" No.",
        ]
        .map { Array($0.utf8) }
    } reader: {
        .direct { input in
            // The first byte says how long the parts are in which the others come.
            let size = Int(input.first ?? 0) % 32 + 1
            let parts = stride(from: 1, to: input.count, by: size).map {
                Array(input[$0..<min($0 + size, input.count)])
            }
            var reader = LineReader()
            var lines: [[UInt8]] = []
            for part in parts {
                var part = ByteBuffer(bytes: part)
                try reader.append(&part)
                while let line = reader.next() { lines.append(Array(line)) }
            }
            lines.append(reader.rest().map { Array($0) } ?? [])
            let body = Array(input.dropFirst())
            try Finding.unless(lines == cut(body), "other lines in parts of \(size): \(lines)")

            // Cut elsewhere, characters of several bytes would be others.
            guard body.allSatisfy({ $0 < 0x80 }) else { return Array(input) }
            let whole = shown([String(decoding: body, as: UTF8.self)])
            let cut = shown(parts.map { String(decoding: $0, as: UTF8.self) })
            try Finding.unless(
                cut == whole, "\(cut.debugDescription) is shown of \(body.shown), not \(whole.debugDescription)")
            return Array(input)
        }
    }

    /// Lines that end in LF, CR LF or CR.
    private static func cut(_ body: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        for (index, byte) in body.enumerated() {
            switch byte {
            case 0x0A where index > 0 && body[index - 1] == 0x0D: continue
            case 0x0A, 0x0D: lines.append([])
            default: lines[lines.count - 1].append(byte)
            }
        }
        return lines
    }

    /// What of an answer can be seen at its end.
    private static func shown(_ pieces: [String]) -> String {
        var cleaner = AnswerCleaner(prompt: "Customer: Hi\nRM: Good.\nCustomer: A loan?\nRM:")
        var shown = ""
        for piece in pieces { shown.show(cleaner.append(piece)) }
        shown.show(cleaner.end())
        return shown
    }

    static let ollama = model(
        "ollama",
        words: [
            "\"message\":", "\"content\":", "\"thinking\":", "\"done\":true", "\"done_reason\":\"stop\"", "\"error\":",
            "\"prompt_eval_count\":", "\"models\":", "\"name\":", "\"remote_host\":", "\"model_info\":",
            ".context_length\":", "\"parameters\":",
            "num_ctx ", "<think>", "</think>", "\n",
        ],
        answers: [
            #"""
            {"model":"qwen:32b","message":{"role":"assistant","content":"<think>Hm.</think>"},"done":false}
            {"model":"qwen:32b","message":{"role":"assistant","content":"Good.","thinking":"x"},"done":false}
            {"model":"qwen:32b","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":5}

            """#,
            #"{"error":"an error was encountered while running the model"}"#,
            #"{"model_info":{"qwen2.context_length":32768},"parameters":"num_ctx 4096\nstop \"x\""}"#,
            #"{"models":[{"name":"qwen:32b","remote_host":null},{"name":"x:cloud","remote_host":"https://ollama.com"}]}"#,
        ]
    ) { OllamaClient(at: $0, options: $1, exchange: $2) }

    static let openAI = model(
        "openai",
        words: [
            "data: ", "[DONE]", "\"choices\":[", "\"delta\":", "\"content\":", "\"reasoning\":",
            "\"finish_reason\":\"stop\"", "\"usage\":", "\"prompt_tokens\":", "\"error\":{\"message\":", "\r\n\r\n",
            ": ",
        ],
        answers: [
            #"""
            data: {"model":"qwen:32b","choices":[{"delta":{"role":"assistant","content":"Good."},"finish_reason":null}]}

            : comment
            data: {"model":"qwen:32b","choices":[{"delta":{},"finish_reason":"stop"}]}

            data: {"choices":[],"usage":{"prompt_tokens":26,"completion_tokens":5}}

            data: [DONE]

            """#,
            #"data: {"error":{"message":"no room","type":"server_error","code":500}}"#,
            #"{"object":"list","data":[{"id":"qwen:32b","meta":{"n_ctx":4096},"max_model_len":8192}]}"#,
        ]
    ) { OpenAIClient(at: $0, options: $1, exchange: $2) }

    /// A client that is given the input as its server's answer. Of the first byte the low bits say in how long parts the answer
    /// comes, and the high ones which question it is to, and with which status.
    private static func model(
        _ name: String, words: [String], answers: [String],
        client: @escaping @Sendable (ModelAddress, ModelOptions, @escaping ModelHTTP.Exchange) -> any ModelClient
    ) -> FuzzTarget {
        FuzzTarget(name, words: words) {
            answers.flatMap { answer in [0x1F, 0x07, 0x5F, 0x9F].map { [$0] + Array(answer.utf8) } }
        } reader: {
            let options = ModelOptions(
                servers: try ModelAddress.list("http://127.0.0.1:1", for: .ollama, called: "it"), model: "qwen:32b")
            return .suspending { input in
                let first = input.first ?? 0
                let body = input.dropFirst()
                let size = Int(first & 0x3F) + 1
                let client = client(options.servers[0], options) { _, _ in
                    let parts = stride(from: body.startIndex, to: body.endIndex, by: size)
                        .map { ByteBuffer(bytes: body[$0..<min($0 + size, body.endIndex)]) }
                    return HTTPClientResponse(
                        status: first & 0x80 == 0 ? .ok : .serviceUnavailable,
                        body: .stream(
                            AsyncStream { rest in
                                for part in parts { rest.yield(part) }
                                rest.finish()
                            }))
                }
                try await ask(client, options, forModels: first & 0x40 != 0)
                return input
            }
        }
    }

    private static func ask(_ client: any ModelClient, _ options: ModelOptions, forModels: Bool) async throws {
        do {
            if forModels {
                _ = try await client.installedModels()
                _ = await client.contextTokens(of: "qwen:32b")
            } else {
                let patience = Patience(options, from: .now)
                let chat = try await client.chat(model: "qwen:32b", prompt: Prompt("Hi"), patience: patience) { _ in }
                try Finding.unless(!chat.text.isEmpty, "an empty answer")
            }
        } catch ModelFailure.unreachable(_, let detail, _) {
            throw Finding("the server isn't reached: \(detail)")
        } catch let failure as ModelFailure {
            // They go into entries and into the log.
            _ = (failure.description, failure.forLog)
        } catch let finding as Finding {
            throw finding
        } catch {
            throw Finding("a failure that isn't a model's: \(error)")
        }
    }
}
