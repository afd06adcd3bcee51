/// What Ollama says of its models.

/// The answers of `/api/tags`, `/api/ps`, `/api/show` and `/v1/models`.
enum StubModels {
    /// The models that are installed.
    static func tags(_ models: [String]) -> String {
        list(
            models.map { name in
                StubJSON { json in
                    begin(&json, name)
                    json.add("modified_at", OllamaLines.time)
                    json.add("size", 18_500_000_000)
                    json.add("digest", digest)
                    json.add("details", details)
                }
            })
    }

    /// The models that are in memory, with the contexts they were loaded with.
    static func running(_ contexts: [String: Int]) -> String {
        list(
            contexts.sorted { $0.key < $1.key }.map { name, context in
                StubJSON { json in
                    begin(&json, name)
                    json.add("size", 20_500_000_000)
                    json.add("digest", digest)
                    json.add("details", details)
                    json.add("expires_at", OllamaLines.time)
                    json.add("size_vram", 20_500_000_000)
                    json.add("context_length", context)
                }
            })
    }

    /// What `/api/show` tells of a model.
    static func description(of model: String) -> String {
        let info = StubJSON { json in
            json.add("general.architecture", "qwen2")
            json.add("qwen2.context_length", 32_768)
        }
        return StubJSON { json in
            json.add("modelfile", "FROM \(model)")
            json.add("template", "{{ .Prompt }}")
            json.add("details", details)
            json.add("model_info", info)
            json.add("capabilities", ["completion"])
            json.add("modified_at", OllamaLines.time)
        }.text
    }

    /// The models that are installed, as OpenAI lists them.
    static func openAIList(_ models: [String]) -> String {
        let data = models.map { name in
            StubJSON { json in
                json.add("id", name)
                json.add("object", "model")
                json.add("created", OpenAILines.time)
                json.add("owned_by", "library")
            }
        }
        return StubJSON { json in
            json.add("object", "list")
            json.add("data", data)
        }.text
    }

    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    private static let details = StubJSON { json in
        json.add("parent_model", "")
        json.add("format", "gguf")
        json.add("family", "qwen2")
        json.add("families", ["qwen2"])
        json.add("parameter_size", "32B")
        json.add("quantization_level", "Q4_0")
    }

    private static func begin(_ json: inout StubJSON, _ name: String) {
        json.add("name", name)
        json.add("model", name)
    }

    private static func list(_ models: [StubJSON]) -> String { StubJSON { $0.add("models", models) }.text }
}
