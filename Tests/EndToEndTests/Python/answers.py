"""What answers of a model look like, before and after cleaning, at each of the customer's turns of messages.jsonl.

    python answers.py .build/release [--seeds 5] [--url URL --model NAME]

Prints the table that is in docs/models.md. Without --url, it starts the small model that scripts/streamllm-model
installs. The rules here are others than the programs' own.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from running import ROOT, Record, Rig

SMALL = "smollm2:135m"
FORMS = ("seed", "chat")
RULES = {
    "a speaker's label in front": re.compile(
        r"\A[\W_]*(?:rm|relationship manager|assistant|advisor|agent)\b[\s*_\])]*:", re.IGNORECASE
    ),
    "a turn of the customer": re.compile(
        r"^[\W_]*(?:the )?(?:customer|client|user)\b[\s*_\])]*:(?!\s*$)", re.IGNORECASE | re.MULTILINE
    ),
    "a refusal": re.compile(
        r"\bas an ai\b|\bi(?:'m| am) sorry,? but i\b"
        r"|\bi(?: can't| cannot| am unable to|'m unable to| am not able to) (?:assist|help|provide|answer|offer|give)",
        re.IGNORECASE,
    ),
}
REPEATED = "a sentence twice"
FAULTS = (*RULES, REPEATED)


def faults(text: str) -> set[str]:
    """What is wrong with an answer: names of `FAULTS`."""
    text = text.replace("\u2019", "'")
    found = {name for name, rule in RULES.items() if rule.search(text)}
    # The end of a sentence is followed by white space: "4.5" isn't one. What has no end isn't one yet.
    sentences = [part.split() for part in re.findall(r"[^.!?\n]+(?:[.!?](?!\S)|\n|\S)", text.lower())]
    counts = Counter(
        " ".join(words) for words in sentences if words and len(words) > (1 if words[-1].endswith("?") else 3)
    )
    return found | {REPEATED} if any(count > 1 for count in counts.values()) else found


def turns() -> str:
    """A session for each of the customer's turns in the sample: all that was said up to it, in one window."""
    said: dict[str, list[Record]] = {}
    lines: list[Record] = []
    for line in (ROOT / "messages.jsonl").read_text().splitlines():
        message = json.loads(line)
        session = said.setdefault(message["session_id"], [])
        session.append(message)
        if message["sender"] == "customer":
            lines += [{**earlier, "session_id": f"{message['session_id']}-{len(session)}"} for earlier in session]
    return "".join(json.dumps(line) + "\n" for line in sorted(lines, key=lambda line: str(line["timestamp"])))


def ask(rig: Rig, url: str, model: str, form: str, *options: str) -> list[Record]:
    """The responses of entries at all of these turns."""
    file = rig.folder / "turns.jsonl"
    file.write_text(turns())
    consumer = rig.consumer(
        "--responder", "openai", "--model", model, "--prompt-form", form, "--window-size", "86400", *options,
        OPENAI_BASE_URL=url, OPENAI_API_KEY="")  # fmt: skip
    producer = rig.producer("--input-file", str(file))
    for program in (producer, consumer):
        if program.exit():
            raise AssertionError(program.error)
    return [record["data"]["response"] for record in consumer.records]


def row(name: str, texts: Iterable[str]) -> str:
    counts = Counter(fault for text in texts for fault in faults(text))
    return "| " + " | ".join([name, *(str(counts[fault]) for fault in FAULTS)]) + " |"


def table(responses: dict[str, list[Record]]) -> str:
    """For each form what the model wrote, and what entries say."""
    lines = [f"| | {' | '.join(FAULTS)} |", "| --- |" + " --- |" * len(FAULTS)]
    for form, all_of_it in responses.items():
        generated = [response for response in all_of_it if response["status"] == "generated"]
        share = f"{len(generated)} of {len(all_of_it)}"
        lines.append(
            row(f"`{form}`, as the model wrote it", [response.get("raw") or response["text"] for response in generated])
        )
        lines.append(
            row(f"`{form}`, as it goes out ({share} `generated`)", [response["text"] for response in generated])
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=Path)
    parser.add_argument("--seeds", type=int, default=5, help="how often each turn is asked about (default: 5)")
    parser.add_argument("--url", help="server with OpenAI's interface")
    parser.add_argument("--model", default=SMALL)
    given = parser.parse_args()
    rig = Rig(given.programs.resolve())
    try:
        url = given.url or rig.model("--port", "0", "--context", "8192").origin
        responses: dict[str, list[Record]] = {
            form: [one for seed in range(given.seeds) for one in ask(rig, url, given.model, form, "--seed", str(seed))]
            for form in FORMS
        }
    finally:
        rig.close()
    print(table(responses))
    for form, all_of_it in responses.items():
        tokens = [response["prompt_tokens"] for response in all_of_it if response["prompt_tokens"]]
        reasons = Counter(response["reason"] for response in all_of_it if response["reason"])
        for text in [response["text"] for response in all_of_it if response["status"] == "generated"]:
            if wrong := faults(text):
                print(f"{form}, {', '.join(sorted(wrong))}: {text!r}")
        print(f"{form}: {sum(tokens) / max(1, len(tokens)):.0f} tokens a prompt; {dict(reasons)}")


if __name__ == "__main__":
    main()
