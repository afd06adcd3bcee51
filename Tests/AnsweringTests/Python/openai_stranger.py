"""A stranger to this project: OpenAI's own Python client, talking to a server.

    python openai_stranger.py http://127.0.0.1:11434/v1 qwen:32b

Asks for what an ordinary program asks for, and prints one line of JSON with what it saw. A chat that says "break" is to
break in the middle. The package `openai` has to be installed; `make test` does that.
"""

import json
import sys

import openai


def main(url: str, model: str) -> None:
    # The client would otherwise try again by itself, and go through a proxy from the environment.
    client = openai.OpenAI(
        base_url=url,
        api_key="secret",
        timeout=20,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    )
    question = [{"role": "user", "content": "What should the RM say next?"}]

    models = client.models.list().data
    chunks = list(
        client.chat.completions.create(
            model=model, messages=question, stream=True, stream_options={"include_usage": True}
        )
    )
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    without_usage = list(client.chat.completions.create(model=model, messages=question, stream=True))
    whole = client.chat.completions.create(model=model, messages=question)
    try:
        client.chat.completions.create(model="nobody:1b", messages=question)
        missing = None
    except openai.NotFoundError as error:
        missing = error

    before = []
    try:
        for chunk in client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "break"}], stream=True
        ):
            # One by one, so that what came before the break is there behind it.
            before.append(chunk.choices[0].delta.content)  # noqa: PERF401
        broken = None
    except openai.APIError as error:
        broken = error

    print(
        json.dumps(
            {
                "models": [listed.id for listed in models],
                "owners": [listed.owned_by for listed in models],
                "ids": len({chunk.id for chunk in chunks}),
                "objects": sorted({chunk.object for chunk in chunks}),
                "model": chunks[-1].model,
                "text": "".join(choice.delta.content for choice in choices),
                # No field of OpenAI's own: the client keeps it among what it doesn't know.
                "thoughts": [thought for choice in choices if (thought := getattr(choice.delta, "reasoning", None))],
                "roles": sorted({choice.delta.role for choice in choices}),
                "finish_reasons": [choice.finish_reason for choice in choices],
                "has_usage": [chunk.usage is not None for chunk in chunks],
                "tokens": counts(chunks[-1].usage),
                "has_usage_unasked": any(chunk.usage is not None for chunk in without_usage),
                "whole": whole.choices[0].message.content,
                "whole_finish_reason": whole.choices[0].finish_reason,
                "whole_tokens": counts(whole.usage),
                "missing_status": missing.status_code if missing else None,
                "missing_type": missing.type if missing else None,
                "missing_message": missing.body["message"] if missing else None,
                "before_break": before,
                "break": broken.message if broken else None,
                "break_type": broken.type if broken else None,
            }
        )
    )


def counts(usage: openai.types.CompletionUsage) -> list[int]:
    return [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
