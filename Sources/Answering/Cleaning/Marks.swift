/// What models write beside their answers, as a table.

/// Marks of chat templates: none of them belongs to an answer, nor may one stand in a message when it goes to a model. Sources:
/// the templates of the models on https://huggingface.co, and https://github.com/openai/harmony for channels.
enum Marks {
    /// Thoughts: the mark before and the one behind them.
    static let thoughts: [(opening: String, closing: String)] = [
        ("<think>", "</think>"), ("<think ", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"),
        ("<thoughts>", "</thoughts>"), ("<reasoning>", "</reasoning>"), ("<reason>", "</reason>"),
        ("<reflection>", "</reflection>"),
        ("<seed:think>", "</seed:think>"), ("[think]", "[/think]"), ("◁think▷", "◁/think▷"),
        ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|thinking|>", "<|/thinking|>"),
        ("<|inner_thoughts|>", "<|end_inner_thoughts|>"), ("<|start_thinking|>", "<|end_thinking|>"),
        ("<scratchpad>", "</scratchpad>"), ("<analysis>", "</analysis>"), ("<antthinking>", "</antthinking>"),
        ("<inner_monologue>", "</inner_monologue>"), ("<unused94>", "<unused95>"), ("&lt;think&gt;", "&lt;/think&gt;"),
        ("<|channel>thought", "<channel|>"), ("<|inner_prefix|>", "<|inner_suffix|>"),
        ("<longcat_think>", "</longcat_think>"),
        ("<mm:think>", "</mm:think>"), ("<thinking_process>", "</thinking_process>"), ("[thinking]", "[/thinking]"),
        ("<details type=\"reasoning\"", "</details>"), ("assistantanalysis", bareChannel.closing),
    ]

    /// Thoughts whose marks are ordinary words: they count only where nothing of the answer stands before them.
    static let wordyThoughts: [(opening: String, closing: String)] = [
        ("```thinking", "```"), ("```thought", "```"), ("```think", "```"), ("```reasoning", "```"),
        // Ollama's own program writes so.
        ("thinking...\n", "...done thinking."),
        // Granite 3.2: https://www.ibm.com/granite/docs/models/granite
        ("here is my thought process:", "here is my response:"), ("here's my thought process:", "here's my response:"),
    ]

    /// gpt-oss's first channel behind servers that leave out the marks: a letter follows at once.
    static let bareChannel = (opening: "analysis", closing: "assistantfinal")

    /// Around an answer that is marked as one.
    static let answers = [
        "<|begin_of_solution|>", "<|end_of_solution|>", "<answer>", "</answer>", "<response>", "</response>",
        "<|start_response|>", "<|end_response|>", "<|channel>final", "<channel|>", "<final>", "</final>", "<output>",
        "</output>", "<think/>", "<reply>",
        "</reply>", "<rm>", "</rm>", "<assistant>", "</assistant>", "[answer]", "[/answer]", "[response]",
        "[/response]",
        "<|begin_of_box|>", "<|end_of_box|>",
    ]

    /// Behind the last word of a turn.
    static let turnEnds = [
        "<|im_end|>", "<|im_sep|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>", "<|call|>", "<|endoftext|>",
        "<|end_of_text|>", "<|end_of_turn|>", "<|endofturn|>", "<|end_of_sentence|>", "<｜end▁of▁sentence｜>", "<|eos|>",
        "<end_of_turn>", "<eos>", "</s>", "[/s]", "<|user|>", "<|system|>", "<|im_start|>user", "<|im_start|>system",
        "<start_of_turn>user", "<|start_header_id|>user", "<|start_header_id|>system", "[inst]", "<<sys>>",
        "<|end_of_turn_token|>", "<|user_token|>", "<|endofmessage|>", "<｜User｜>",
        "<|endofassistant|>", "<turn|>", "<|turn>user", "<extra_id_1>", "<eod>", "<pad>", "### instruction:\n",
        "<|start_of_role|>user", "[|endofturn|]",
        "[|user|]", "<role>human</role>", "<|role_end|>", "]~b]user", "<reserved_106>", "<_user>", "<end_of_utterance>",
        "<|python_tag|>", "[tool_calls]", "<tool_call>", "<|eot|>", "<|header_start|>user", "<|header_start|>system",
        "<|observation|>", "<|im_user|>", "<|im_system|>", "[e~[", "]~b]system", "]~b]tool", "]~!b[", "<unk>",
    ]

    /// Before the first word of the model's own turn.
    static let turnBegins = [
        "<|start_header_id|>assistant<|end_header_id|>", "<|im_start|>assistant", "<start_of_turn>model",
        "<|start|>assistant", "<|start_of_role|>assistant<|end_of_role|>", "[|assistant|]", "<role>assistant</role>",
        "<|startoftext|>", "<|assistant|>", "<|bot|>", "[/inst]", "<s>", "<bos>", "<|begin_of_text|>",
        "<｜begin▁of▁sentence｜>", "<｜Assistant｜>", "<|chatbot_token|>", "<|start_of_turn_token|>",
        "<|header_start|>assistant<|header_end|>", "[gmask]<sop>", "[gmask]", "<sop>",
        "<|im_assistant|>assistant<|im_middle|>", "<|im_middle|>", "]~b]ai",
    ]

    /// A channel's name stands between these two; all but the final one hold thoughts.
    static let channel = (opening: "<|channel|>", closing: "<|message|>")
    /// The channels that are said aloud.
    static let answerChannels: Set<String> = ["final", "response", "answer"]

    /// A text in which no mark of a chat template is one any more: a space stands behind the first character of each. What a
    /// customer writes can't open a turn of its own, nor end theirs.
    static func broken(_ text: String) -> String {
        // Most texts have none.
        guard text.utf8.contains(where: { "<[>#]".utf8.contains($0) }) else { return text }
        return text.replacing(template) { match in
            let mark = match.output
            return mark.prefix(1) + " " + mark.dropFirst()
        }
    }

    /// `<|name|>` and `<｜name｜>` in whatever parts, the tags of Llama 2, Gemma and Mistral, and those around thoughts.
    // A regex isn't Sendable; this one is made once, of a literal, and never changed.
    nonisolated(unsafe) private static let template =
        /<[|｜]|[|｜]>|\]~!?b[\[\]]|\[e~\[|\[\/?(?:inst|think|s|system_prompt|available_tools|tool_calls|tool_results)\]|<<\/?sys>>|<\/?(?:s|bos|eos|start_of_turn|end_of_turn|think|thinking|thought|reasoning|reason|unk|sop|pad|eod|system|user|assistant|tool_call|tool_response|extra_id_\d+|unused\d+)\s*>|\[\|?(?:gmask|system|user|assistant)\|?\]|###(?= ?(?:instruction|input|response|system|user|assistant))/
        .ignoresCase()

    /// Who speaks, as it stands before a turn. The RM's own label in front of an answer is cut off; behind it, each of them
    /// begins a turn that nobody has said.
    static let answererLabels =
        turnLabels + [
            "ai", "ai assistant", "agent", "bot", "chatbot", "advisor", "adviser", "banker", "manager",
            "representative", "bank representative", "customer service representative", "financial advisor",
            "financial adviser", "response",
            "reply", "answer", "suggested reply", "suggested response", "possible reply", "possible response",
        ]
    /// Those of them that begin a turn wherever they stand. The others may be a heading inside an answer.
    static let turnLabels = [
        "rm", "r.m.", "relationship manager", "assistant", "rm assistant", "berater", "beraterin", "kundenberater",
        "kundenberaterin", "kundenbetreuer", "kundenbetreuerin", "conseiller", "conseillère", "conseiller clientèle",
        "conseillère clientèle", "gestor", "gestora", "consulente", "客户经理", "理财经理", "经理", "المدير", "مدير العلاقات",
    ]
    /// Behind them, a name may stand: `RM Jane`.
    static let managers: Set<String> = ["rm", "relationship manager"]
    static let otherLabels = [
        "customer", "client", "user", "human", "kunde", "kundin", "cliente", "klant", "klient", "kund", "müşteri",
        "клиент",
        "客户", "客戶", "顾客", "用户", "お客様", "고객", "العميل", "العميلة", "المستخدم",
    ]
}
