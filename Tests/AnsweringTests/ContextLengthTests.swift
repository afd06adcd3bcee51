/// How much a model takes, in the words of many servers.
import Testing

@testable import Answering

@Suite("The length of a model's context", .timeLimit(.minutes(5)))
struct ContextLengthTests {
    @Test(
        "A list's entry has it under one of many names, or not at all",
        arguments: [
            (#"{"id":"m","meta":{"n_ctx_train":32768,"n_ctx":4096}}"#, 4096),
            (#"{"id":"m","max_model_len":8192}"#, 8192), (#"{"id":"m","max_model_len":"8192"}"#, 8192),
            (#"{"id":"m","context_length":131072}"#, 131_072), (#"{"id":"m","context_window":2048}"#, 2048),
            (#"{"id":"m","max_context_length":32768,"loaded_context_length":4096}"#, 4096),
            (#"{"id":"m","n_ctx":512}"#, 512), (#"{"id":"m","meta":{"n_ctx":0},"max_model_len":4096}"#, 4096),
            (#"{"id":"m","meta":null}"#, nil), (#"{"id":"m","meta":{"n_ctx_train":32768}}"#, nil),
            (#"{"id":"m","max_model_len":0}"#, nil), (#"{"id":"m","max_model_len":-1}"#, nil),
            (#"{"id":"m","max_model_len":1e300}"#, nil), (#"{"id":"m","max_model_len":[4096]}"#, nil),
            (#"{"id":"m","meta":[4096]}"#, nil), ("7", nil),
        ] as [(String, Int?)])
    func listed(_ entry: String, _ tokens: Int?) throws {
        let entry = try #require(JSONValue(Array(entry.utf8)))
        #expect(ContextLength.listed(entry) == tokens)
    }

    @Test(
        "Ollama's description has what the model was trained for, and perhaps less",
        arguments: [
            (#"{"model_info":{"general.architecture":"qwen2","qwen2.context_length":32768}}"#, 32768),
            (
                #"{"model_info":{"qwen2.context_length":32768},"parameters":"stop \"<|im_end|>\"\nnum_ctx   4096"}"#,
                4096
            ),
            (#"{"model_info":{"a.context_length":8192,"b.context_length":2048}}"#, 2048),
            (#"{"parameters":"num_ctx 2048"}"#, 2048), (#"{"parameters":{"num_ctx":2048}}"#, 2048),
            (#"{"model_info":{"qwen2.context_length":4096},"parameters":"num_ctx 16384"}"#, 4096),
            (#"{"parameters":"num_ctx"}"#, nil), (#"{"parameters":"xnum_ctx 2048\nnum_ctx many"}"#, nil),
            (#"{"model_info":{"context_length":4096}}"#, nil), (#"{"model_info":[],"parameters":null}"#, nil),
            (#"{"model_info":{"qwen2.context_length":null}}"#, nil), ("[]", nil),
        ] as [(String, Int?)])
    func shown(_ description: String, _ tokens: Int?) throws {
        let description = try #require(JSONValue(Array(description.utf8)))
        #expect(ContextLength.shown(description) == tokens)
    }

    /// What a refusal is: of a prompt that is too long, for a context that may be named, or another.
    enum Kind: Equatable {
        case tooLong(Int?)
        case other
    }

    @Test(
        "A refusal says that the prompt is too long, and perhaps for what",
        arguments: [
            (
                400,
                #"{"error":{"code":400,"message":"request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9412,"n_ctx":8192}}"#,
                .tooLong(8192)
            ),
            (
                500,
                #"{"error":{"code":500,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error","n_prompt_tokens":1407,"n_ctx":256}}"#,
                .tooLong(256)
            ),
            (
                400,
                #"{"error":{"message":"This model's maximum context length is 4097 tokens. However, your messages resulted in 6164 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
                .tooLong(4097)
            ),
            (400, #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#, .tooLong(nil)),
            (
                400,
                #"{"object":"error","message":"'max_tokens' or 'max_completion_tokens' is too large: 200. This model's maximum context length is 512 tokens and your request has 400 input tokens (200 > 512 - 400)."}"#,
                .tooLong(512)
            ),
            (400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096.", .tooLong(4096)),
            (400, "The input (5000 tokens) is longer than the model's context length (4096 tokens).", .tooLong(4096)),
            (422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens", .tooLong(4096)),
            (400, "Requested tokens (2285) exceed context window of 2048", .tooLong(2048)),
            (413, "prompt is too long: 210000 tokens > 200000 maximum", .tooLong(nil)),
            (
                400,
                "The model is loaded with context length of only 4096 tokens, which is not enough.", .tooLong(4096)
            ),
            (400, "the context size is 7", .tooLong(nil)),
            (400, "model does not support thinking", .other), (404, "no such context length: 4096", .other),
            (503, "context_length_exceeded", .other), (400, "", .other),
        ] as [(Int, String, Kind)])
    func overflow(_ status: Int, _ body: String, _ kind: Kind) {
        let overflow = ContextOverflow(status: status, body: body)
        #expect(overflow.map { .tooLong($0.contextTokens) } ?? .other == kind)
    }

    @Test(
        "A server's context bounds prompt and answer where it is smaller than --num-ctx",
        arguments: [
            // (8192 - 200 - 256) * 3 bytes, less the template's.
            (nil, 22_965, nil), (8192, 22_965, nil), (100_000, 22_965, nil), (8191, 22_962, 200), (4096, 10_677, 200),
            // A small one is shared: a quarter for the answer, an eighth for what is added.
            (512, 717, 128), (128, 0, 32), (1, 0, 1),
        ] as [(Int?, Int, Int?)])
    func budget(_ tokens: Int?, _ bytes: Int, _ answer: Int?) {
        let options = ModelOptions(servers: [], model: "qwen:32b")
        #expect(options.promptBudget(within: tokens) == bytes)
        #expect(options.answerTokens(within: tokens) == answer)
    }
}
