"""A stranger to this project: Ollama's own Python client, talking to a server.

    python ollama_stranger.py http://127.0.0.1:11434 qwen:32b

Asks for what an ordinary program asks for, and prints one line of JSON with what it saw. The package `ollama` has to
be installed; `make test` does that.
"""

import json
import sys

import ollama


def main(url: str, model: str) -> None:
    # The client would otherwise wait for ever, and go through a proxy from the environment.
    client = ollama.Client(host=url, timeout=20, trust_env=False)
    question = [{"role": "user", "content": "What should the RM say next?"}]

    models = client.list().models
    shown = client.show(model)
    parts = list(client.chat(model, question, stream=True, options={"num_ctx": 8192}))
    whole = client.chat(model, question, options={"num_ctx": 8192})
    running = client.ps().models
    try:
        client.chat("nobody:1b", question)
        missing = None
    except ollama.ResponseError as error:
        missing = error

    print(
        json.dumps(
            {
                "models": [model.model for model in models],
                "sizes": [int(model.size) for model in models],
                "capabilities": shown.capabilities,
                "context_limit": shown.modelinfo["qwen2.context_length"],
                "pieces": [part.message.content for part in parts],
                "roles": sorted({part.message.role for part in parts}),
                "done": [part.done for part in parts],
                "done_reason": parts[-1].done_reason,
                "model": parts[-1].model,
                "prompt_tokens": parts[-1].prompt_eval_count,
                "completion_tokens": parts[-1].eval_count,
                "has_duration": parts[-1].total_duration > 0,
                "whole": whole.message.content,
                "whole_done": whole.done,
                "running": {model.model: model.context_length for model in running},
                "missing_status": missing.status_code if missing else None,
                "missing_error": missing.error if missing else None,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
